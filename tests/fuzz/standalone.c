// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A driver for fuzz targets without libFuzzer, so that `make check` runs every
 * one with any compiler: first each file of the corpus as it is, then a bounded
 * number of mutations of them from a fixed seed. The same run gives the same
 * inputs. An input that brings the target down is left in NAME.crash.
 *
 *   fuzz_NAME [-n MUTATIONS] [-s SEED] [FILE|DIRECTORY]...
 *
 * Without a path: tests/fuzz/corpus/NAME below $srcdir. tests/fuzz/run searches
 * for longer, with libFuzzer's coverage.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUTS_MAX 1024
#define INPUT_MAX  65536
#ifndef MUTATIONS /* fewer for a target that does much with each */
#define MUTATIONS 20000
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct input {
	uint8_t *data;
	size_t size;
};

static struct input inputs[INPUTS_MAX];
static size_t n_inputs;
static struct input current; /* what the target has now */
static char crash_path[256];

static void leave_crash(void)
{
	int fd = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0)
		return;
	if (write(fd, current.data, current.size) == (ssize_t)current.size)
		dprintf(STDERR_FILENO, "the input is in %s\n", crash_path);
	close(fd);
}

static void on_signal(int number)
{
	leave_crash();
	signal(number, SIG_DFL);
	raise(number);
}

/* The target gets a copy of exactly its size, so that a sanitizer watches the end. */
static void run(const uint8_t *data, size_t size)
{
	current.data = malloc(size ? size : 1);
	current.size = size;
	if (!current.data)
		abort();
	memcpy(current.data, data, size);
	LLVMFuzzerTestOneInput(current.data, current.size);
	free(current.data);
}

static int load_file(const char *path)
{
	static uint8_t buf[INPUT_MAX];
	FILE *f = fopen(path, "rb");
	struct input *in = &inputs[n_inputs];

	if (!f || n_inputs == INPUTS_MAX) {
		fprintf(stderr, "%s: %s\n", path, f ? "too many inputs" : "cannot be read");
		if (f)
			fclose(f);
		return -1;
	}
	in->size = fread(buf, 1, sizeof(buf), f);
	fclose(f);
	in->data = malloc(in->size ? in->size : 1);
	if (!in->data)
		return -1;
	memcpy(in->data, buf, in->size);
	n_inputs++;
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load(const char *path)
{
	struct dirent **entries;
	struct stat st;
	char file[4096];
	int n, ret = 0;

	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return load_file(path);
	/* sorted, since the order decides what the seed makes of it */
	n = scandir(path, &entries, NULL, by_name);
	if (n < 0) {
		perror(path);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && load_file(file) < 0)
			ret = -1;
		free(entries[i]);
	}
	free(entries);
	return ret;
}

static uint64_t random_state;

/* splitmix64 */
static uint32_t random_below(uint32_t n)
{
	uint64_t z = (random_state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ (z >> 31)) >> 32) % n;
}

/* Overwrites a field-sized number with one that lengths and counts break at. */
static void mutate_number(uint8_t *buf, size_t size)
{
	static const uint32_t edges[] = { 0, 1, 7, 8, 41, 42, 127, 255, 256, 500, 501, 4095, 0x4000, 0x4001,
					  0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff };
	uint32_t v = edges[random_below(sizeof(edges) / sizeof(edges[0]))];
	size_t width = 1U << random_below(3), at;

	if (size < width)
		return;
	at = random_below((uint32_t)(size - width + 1));
	for (size_t i = 0; i < width; i++)
		buf[at + i] = (uint8_t)(v >> 8 * (width - 1 - i));
}

/* Removes, doubles or takes from another input a run of bytes. */
static size_t mutate_run(uint8_t *buf, size_t size)
{
	const struct input *other = &inputs[random_below((uint32_t)n_inputs)];
	size_t at = random_below((uint32_t)size + 1);
	size_t n = random_below((uint32_t)(size - at) + 1);

	switch (random_below(3)) {
	case 0:
		memmove(buf + at, buf + at + n, size - at - n);
		return size - n;
	case 1:
		if (size + n > INPUT_MAX)
			return size;
		memmove(buf + at + n, buf + at, size - at);
		return size + n;
	default:
		n = random_below((uint32_t)other->size + 1);
		if (at + n > INPUT_MAX)
			return size;
		memcpy(buf + at, other->data, n);
		return at + n > size ? at + n : size;
	}
}

static size_t mutate(uint8_t *buf)
{
	const struct input *in = &inputs[random_below((uint32_t)n_inputs)];
	size_t size = in->size;

	memcpy(buf, in->data, size);
	for (uint32_t i = 1 + random_below(4); i > 0; i--) {
		uint32_t what = random_below(4);

		if (what == 0)
			size = mutate_run(buf, size);
		else if (what == 1)
			mutate_number(buf, size);
		else if (size && what == 2)
			buf[random_below((uint32_t)size)] ^= (uint8_t)(1U << random_below(8));
		else if (size)
			buf[random_below((uint32_t)size)] = (uint8_t)random_below(256);
	}
	return size;
}

/* tests/fuzz/corpus/NAME of fuzz_NAME, as automake's tests find their sources. */
static int load_default(const char *name)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];

	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".", name);
	return load(path);
}

int main(int argc, char **argv)
{
	static uint8_t buf[INPUT_MAX];
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	unsigned long mutations = MUTATIONS;
	int option;

	while ((option = getopt(argc, argv, "n:s:")) != -1) {
		if (option == 'n')
			mutations = strtoul(optarg, NULL, 10);
		else if (option == 's')
			random_state = strtoull(optarg, NULL, 10);
		else
			return 2;
	}
	for (int i = optind; i < argc; i++)
		if (load(argv[i]) < 0)
			return 1;
	if (optind == argc && load_default(name) < 0)
		return 1;
	if (n_inputs == 0) {
		fprintf(stderr, "%s: no inputs\n", name);
		return 1;
	}

	snprintf(crash_path, sizeof(crash_path), "%s.crash", name);
	signal(SIGABRT, on_signal);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(leave_crash);
	else
		signal(SIGSEGV, on_signal);
	for (size_t i = 0; i < n_inputs; i++)
		run(inputs[i].data, inputs[i].size);
	for (unsigned long i = 0; i < mutations; i++)
		run(buf, mutate(buf));
	printf("%s: %zu inputs, %lu mutations\n", name, n_inputs, mutations);
	for (size_t i = 0; i < n_inputs; i++)
		free(inputs[i].data);
	return 0;
}
