// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vtysh exports its table of daemons but no header for it. Its shape is the
 * one that FRR 10.3 to 10.7 have; nothing is believed: the symbol's size has to
 * be a multiple of the entry's, every name has to be a string inside vtysh
 * itself, every flag a bit of its own, and known daemons have to be there.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/param.h>

#include "vtysh/slot.h"

struct client {
	int fd;
	const char *name;
	int flag;
	char path[MAXPATHLEN];
	struct client *next;
	void *log_reader;
	int log_fd;
	unsigned int lost_msgs;
};

/* A string of vtysh's own, short and printable. */
static bool name_is_sane(const char *name, const void *base)
{
	Dl_info info;
	size_t len;

	if (!name || !dladdr(name, &info) || info.dli_fbase != base)
		return false;
	len = strnlen(name, 32);
	if (len == 0 || len == 32)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((name[i] < 'a' || name[i] > 'z') && (name[i] < '0' || name[i] > '9'))
			return false;
	return true;
}

static bool is_one_bit(int flag)
{
	unsigned int bits = flag;

	return bits && (bits & (bits - 1)) == 0;
}

static struct client *by_name(struct client *table, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static const char *check(struct client *table, size_t n, const void *base)
{
	int seen = 0;

	for (size_t i = 0; i < n; i++) {
		if (!name_is_sane(table[i].name, base))
			return "a daemon's name is not where it should be";
		if (!is_one_bit(table[i].flag) || (seen & table[i].flag))
			return "a daemon's flag is not a bit of its own";
		if (table[i].path[0] || table[i].next)
			return "the table is in use already";
		seen |= table[i].flag;
	}
	if (!by_name(table, n, "zebra") || !by_name(table, n, "bgpd") || !by_name(table, n, "watchfrr"))
		return "daemons are missing from its table";
	return by_name(table, n, "sharpd") ? NULL : "its table has no slot to take";
}

const char *vtysh_slot_take(struct vtysh_slot *slot)
{
	struct client *table = dlsym(RTLD_DEFAULT, "vtysh_client"), *mlag;
	const ElfW(Sym) *sym = NULL;
	const char *problem;
	Dl_info info;
	size_t n;

	if (!table || !dladdr1(table, &info, (void **)&sym, RTLD_DL_SYMENT) || !sym || info.dli_saddr != table)
		return "it does not export its table of daemons";
	n = sym->st_size / sizeof(*table);
	if (n == 0 || n > 64 || sym->st_size % sizeof(*table) != 0)
		return "its table of daemons has another shape";
	problem = check(table, n, info.dli_fbase);
	if (problem)
		return problem;
	slot->library = by_name(table, n, "bgpd")->flag;
	mlag = by_name(table, n, "sharpd");
	slot->flag = mlag->flag;
	mlag->name = "mlagd";
	return NULL;
}
