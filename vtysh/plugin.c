// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Teaches FRR's stock vtysh the commands of mlagd, without a changed byte on
 * disk. Preloaded by the launcher (launcher.c), it runs when vtysh has built
 * its own commands and adds ours from mlagd/cli_grammar.def.
 *
 * vtysh knows its daemons from a compiled-in table. sharpd, a developers' test
 * daemon that no distribution ships, has a slot there: the slot becomes
 * mlagd's. The table's shape is measured and checked first (slot.c); if it is
 * not what this was written for, one line on stderr says so and vtysh stays as
 * it was.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <zebra.h>
#include "command.h"
#include "vector.h"

#include "mlagd/cli.h"
#include "vtysh/slot.h"

/* --------------------------------------------------------- our own commands */

static int enter_mlag(const struct cmd_element *self, struct vty *vty, int argc, struct cmd_token *argv[])
{
	vty->node = MLAG_NODE;
	return CMD_SUCCESS;
}

#define FUNC_ENTER  enter_mlag
#define FUNC_CONFIG NULL
#define FUNC_DEBUG  NULL
#define FUNC_EXEC   NULL

/* clang-format off */
static struct {
	enum cli_kind kind;
	enum node_type node;
	struct cmd_element element;
} commands[] = {
#define CLI(id, kind_, node_, string_, help_)                                                                          \
	{CLI_##kind_, node_, {.string = string_, .doc = help_, .func = FUNC_##kind_, .name = "mlagd_" #id}},
#include "mlagd/cli_grammar.def"
};
/* clang-format on */

static struct cmd_node mlag_node = {
	.name = "mlag",
	.node = MLAG_NODE,
	.parent_node = CONFIG_NODE,
	.prompt = MLAG_NODE_PROMPT,
};

static void install_ours(int flag)
{
	for (unsigned int i = 0; i < array_size(commands); i++) {
		commands[i].element.daemon = flag;
		_install_element(commands[i].node, &commands[i].element);
		if (commands[i].kind == CLI_DEBUG)
			_install_element(ENABLE_NODE, &commands[i].element);
	}
}

/* ------------------------------------------------------ vtysh's own commands */

/* The node's command of these words, whatever follows them. */
static const struct cmd_element *find(enum node_type node, const char *words)
{
	const struct cmd_node *cnode = vector_lookup(cmdvec, node);
	const struct cmd_element *e;
	size_t len = strlen(words);

	for (unsigned int i = 0; cnode && i < vector_active(cnode->cmd_vector); i++) {
		e = vector_slot(cnode->cmd_vector, i);
		if (e && strncmp(e->string, words, len) == 0 && (e->string[len] == '\0' || e->string[len] == ' '))
			return e;
	}
	return NULL;
}

/*
 * Send a command to other daemons. vtysh's elements and their graph are partly
 * made at its build, so they cannot be taken out and put in again: the one
 * field is changed where it stands, behind the read-only mark of its page.
 */
static bool set_daemons(const struct cmd_element *e, int daemons)
{
	uintptr_t page = sysconf(_SC_PAGESIZE), start = (uintptr_t)&e->daemon & ~(page - 1);
	size_t len = (uintptr_t)(&e->daemon + 1) - start;

	if (e->daemon == daemons)
		return true;
	if (mprotect((void *)start, len, PROT_READ | PROT_WRITE) != 0)
		return false;
	((struct cmd_element *)e)->daemon = daemons;
	return true;
}

/*
 * What sharpd shares with a few (nexthop-group) mlagd does not know. Commands of
 * the library, which go to mlagd as to all, are known by bgpd's taking part.
 */
static bool leave_to_others(const struct vtysh_slot *slot)
{
	bool ok = true;

	for (unsigned int n = 0; n < vector_active(cmdvec); n++) {
		const struct cmd_node *cnode = vector_slot(cmdvec, n);

		for (unsigned int i = 0; cnode && i < vector_active(cnode->cmd_vector); i++) {
			const struct cmd_element *e = vector_slot(cnode->cmd_vector, i);

			if (e && (e->daemon & slot->flag) && (e->daemon & ~slot->flag) && !(e->daemon & slot->library))
				ok = set_daemons(e, e->daemon & ~slot->flag) && ok;
		}
	}
	return ok;
}

/* Commands of vtysh's that mlagd takes part in. */
static const struct {
	enum node_type node;
	const char *words;
} shared[] = {
	{CONFIG_NODE, "interface IFNAME"},
	{CONFIG_NODE, "no interface IFNAME"},
	{INTERFACE_NODE, "exit"},
	{INTERFACE_NODE, "quit"},
	{CONFIG_NODE, "key chain"},
	{CONFIG_NODE, "no key chain"},
};

/* In a key chain mlagd takes part in all that some daemon is told (B11). */
static bool join_node(enum node_type node, int flag)
{
	const struct cmd_node *cnode = vector_lookup(cmdvec, node);
	bool ok = cnode != NULL;

	for (unsigned int i = 0; cnode && i < vector_active(cnode->cmd_vector); i++) {
		const struct cmd_element *e = vector_slot(cnode->cmd_vector, i);

		if (e && e->daemon)
			ok = set_daemons(e, e->daemon | flag) && ok;
	}
	return ok;
}

static bool join_shared(int flag)
{
	bool ok = true;

	for (unsigned int i = 0; i < array_size(shared); i++) {
		const struct cmd_element *e = find(shared[i].node, shared[i].words);

		ok = e && set_daemons(e, e->daemon | flag) && ok;
	}
	return join_node(KEYCHAIN_NODE, flag) && join_node(KEYCHAIN_KEY_NODE, flag) && ok;
}

/* What every node has, taken from a node that has it; leaving ours is said to mlagd alone. */
static void furnish_node(int flag)
{
	static const char *const ways_out[] = {"exit", "quit"};
	static const char *const all[] = {"end", "list", "find"};
	static struct cmd_element out[array_size(ways_out)];
	const struct cmd_element *e;

	install_node(&mlag_node);
	for (unsigned int i = 0; i < array_size(ways_out); i++) {
		e = find(INTERFACE_NODE, ways_out[i]);
		if (!e)
			continue;
		out[i] = *e;
		out[i].daemon = flag;
		_install_element(MLAG_NODE, &out[i]);
	}
	for (unsigned int i = 0; i < array_size(all); i++)
		if ((e = find(INTERFACE_NODE, all[i])))
			_install_element(MLAG_NODE, e);
}

/* `show running-config mlagd`: the daemon's name is a word of vtysh's grammar, so ours needs a line. */
static void name_daemon(void)
{
	static struct cmd_element named = {
		.string = "show running-config mlagd [no-header]",
		.doc = "Show running system information\n"
		       "Current operating configuration\n"
		       "Multi-chassis link aggregation daemon\n"
		       "Skip \"Building configuration...\" header\n",
		.name = "mlagd_show_running_config",
	};
	const struct cmd_element *e = find(ENABLE_NODE, "show running-config");

	if (e)
		named.func = e->func;
	if (named.func)
		_install_element(ENABLE_NODE, &named);
}

/* ------------------------------------------------------------------ the hook */

static void teach(void)
{
	struct vtysh_slot slot;
	const char *problem = vtysh_slot_take(&slot);

	if (problem) {
		fprintf(stderr, "vtysh: no mlag commands, this vtysh is not the one they were written for (%s)\n",
			problem);
		return;
	}
	if (!leave_to_others(&slot) || !join_shared(slot.flag))
		fprintf(stderr, "vtysh: interface and key chain commands do not reach mlagd, this vtysh does not allow it\n");
	furnish_node(slot.flag);
	install_ours(slot.flag);
	name_daemon();
}

/* In place of libfrr's: vtysh calls it once its own commands are installed. */
void vty_init_vtysh(void)
{
	void (*next)(void) = (void (*)(void))dlsym(RTLD_NEXT, "vty_init_vtysh");

	if (next)
		next();
	teach();
}

/* What vtysh starts (pager, ping, ssh) is to run without us. */
static void __attribute__((constructor)) restore_preload(void)
{
	const char *before = getenv("FRR_MLAG_LD_PRELOAD");

	if (before && before[0])
		setenv("LD_PRELOAD", before, 1);
	else
		unsetenv("LD_PRELOAD");
	unsetenv("FRR_MLAG_LD_PRELOAD");
}
