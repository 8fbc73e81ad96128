// SPDX-License-Identifier: GPL-2.0-or-later
/* The record of members taken down survives what it must and nothing else. */
#include "tests/unit/kernel_bench.h"

static void record_survives(void **state)
{
	struct kbench *b = *state;
	struct kowned *again;

	kowned_add(b->k.owned, 5, "swp5");
	kowned_add(b->k.owned, 6, "swp6");
	kowned_add(b->k.owned, 5, "swp5");
	kowned_del(b->k.owned, 6);
	kowned_set_fenced(b->k.owned, true);
	assert_true(kowned_save(b->k.owned));
	again = kowned_load(b->dir);
	assert_true(kowned_has(again, 5));
	assert_true(kowned_fenced(again));
	assert_false(kowned_has(again, 6));
	assert_int_equal(kowned_at(again, 0), 5);
	assert_int_equal(kowned_at(again, 1), 0);
	kowned_free(again);
}

static void overwrite(const struct kbench *b, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/mlagd-owned.json", b->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	fclose(f);
}

static void strange_records(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"bootId\": 7, \"membersDown\": 7}",
		"{\"bootId\": \"of another boot\", \"netns\": 1, \"membersDown\": [{\"ifindex\": 5, \"ifName\": \"swp5\"}]}",
	};
	struct kbench *b = *state;
	struct kowned *o;
	unsigned int i;

	for (i = 0; i < array_size(texts); i++) {
		overwrite(b, texts[i]);
		o = kowned_load(b->dir);
		assert_int_equal(kowned_at(o, 0), 0);
		kowned_free(o);
	}
}

static void record_cannot_be_written(void **state)
{
	struct kbench *b = *state;
	struct kowned *o = kowned_load("/proc/no/such/directory");

	kowned_add(o, 5, "swp5");
	assert_false(kowned_save(o));
	assert_false(kowned_save(o)); /* still due */
	kowned_free(o);
	assert_true(kowned_save(b->k.owned));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(record_survives),
		KERNEL_TEST(strange_records),
		KERNEL_TEST(record_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
