// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The commands' functions. A configuration command becomes changes of the
 * model's nodes and is judged there; what is refused is said in the model's
 * words and with the line that was typed. The strings are in cli_grammar.def.
 */
#include <zebra.h>

#include "command.h"
#include "northbound_cli.h"
#include "vty.h"

#include "mlagd/cli.h"
#include "mlagd/mlagd.h"
#include "mlagd/nb.h"
#include "mlagd/show.h"

#define ATTR_ENTER  CMD_ATTR_YANG
#define ATTR_CONFIG CMD_ATTR_YANG
#define ATTR_DEBUG  0
#define ATTR_EXEC   0

/* clang-format off */
#define CLI(id, kind, node, string, help)                                                                              \
	DEFUN_CMD_FUNC_DECL(cmd_##id)                                                                                  \
	static DEFUN_CMD_ELEMENT(cmd_##id, cmd_##id##_cmd, string, help, ATTR_##kind, 0)
#include "mlagd/cli_grammar.def"

static const struct {
	enum cli_kind kind;
	enum node_type node;
	const struct cmd_element *element;
} commands[] = {
#define CLI(id, kind, node, string, help) {CLI_##kind, node, &cmd_##id##_cmd},
#include "mlagd/cli_grammar.def"
};
/* clang-format on */

#define CMD(id) DEFUN_CMD_FUNC_TEXT(cmd_##id)

/* ------------------------------------------------------------ configuration */

static bool negated(struct cmd_token *argv[])
{
	return strmatch(argv[0]->text, "no");
}

/* Commit what was enqueued; a refusal names the line, since the model's sentence names the rule alone. */
static int apply(struct vty *vty, int argc, struct cmd_token *argv[])
{
	int ret = nb_cli_apply_changes(vty, NULL);
	char *line;

	if (ret != CMD_SUCCESS) {
		line = argv_concat(argv, argc, 0);
		vty_out(vty, "%% Refused: \"%s\". The configuration is as it was.\n", line);
		XFREE(MTYPE_TMP, line);
	}
	return ret;
}

/* A command whose last word is the value of one leaf; `no` gives its default back, or removes it. */
static int set_leaf(struct vty *vty, int argc, struct cmd_token *argv[], const char *xpath, bool has_default)
{
	if (!negated(argv))
		nb_cli_enqueue_change(vty, xpath, NB_OP_MODIFY, argv[argc - 1]->arg);
	else
		nb_cli_enqueue_change(vty, xpath, has_default ? NB_OP_MODIFY : NB_OP_DESTROY, NULL);
	return apply(vty, argc, argv);
}

CMD(mlag)
{
	int ret;

	nb_cli_enqueue_change(vty, "/frr-mlag:mlag", NB_OP_CREATE, NULL);
	ret = apply(vty, argc, argv);
	if (ret == CMD_SUCCESS)
		VTY_PUSH_XPATH(MLAG_NODE, "/frr-mlag:mlag");
	return ret;
}

CMD(no_mlag)
{
	nb_cli_enqueue_change(vty, "/frr-mlag:mlag", NB_OP_DESTROY, NULL);
	return apply(vty, argc, argv);
}

CMD(system_mac)
{
	return set_leaf(vty, argc, argv, "./system-mac", false);
}

CMD(peer_link)
{
	return set_leaf(vty, argc, argv, "./peer-link", false);
}

CMD(peer_ip)
{
	return set_leaf(vty, argc, argv, "./peer-ip", true);
}

CMD(priority)
{
	return set_leaf(vty, argc, argv, "./priority", true);
}

CMD(init_delay)
{
	return set_leaf(vty, argc, argv, "./init-delay", true);
}

CMD(reload_delay)
{
	return set_leaf(vty, argc, argv, "./reload-delay", true);
}

CMD(restart_time)
{
	return set_leaf(vty, argc, argv, "./restart-time", true);
}

CMD(authentication)
{
	return set_leaf(vty, argc, argv, "./authentication/key", false);
}

CMD(shutdown)
{
	nb_cli_enqueue_change(vty, "./shutdown", NB_OP_MODIFY, negated(argv) ? "false" : "true");
	return apply(vty, argc, argv);
}

CMD(timers)
{
	int i = 0;
	const char *keepalive = NULL, *multiplier = NULL;

	if (argv_find(argv, argc, "(50-60000)", &i))
		keepalive = argv[i]->arg;
	if (argv_find(argv, argc, "(2-50)", &i))
		multiplier = argv[i]->arg;
	if (negated(argv))
		keepalive = multiplier = NULL;
	nb_cli_enqueue_change(vty, "./timers/keepalive", NB_OP_MODIFY, keepalive);
	nb_cli_enqueue_change(vty, "./timers/multiplier", NB_OP_MODIFY, multiplier);
	return apply(vty, argc, argv);
}

CMD(backup)
{
	char entry[128], leaf[160];
	int i = negated(argv) ? 2 : 1;

	snprintf(entry, sizeof(entry), "./backup[address='%s']", argv[i]->arg);
	if (negated(argv)) {
		nb_cli_enqueue_change(vty, entry, NB_OP_DESTROY, NULL);
		return apply(vty, argc, argv);
	}
	nb_cli_enqueue_change(vty, entry, NB_OP_CREATE, NULL);
	snprintf(leaf, sizeof(leaf), "%s/vrf", entry);
	if (argv_find(argv, argc, "NAME", &i))
		nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY, argv[i]->arg);
	else
		nb_cli_enqueue_change(vty, leaf, NB_OP_DESTROY, NULL);
	snprintf(leaf, sizeof(leaf), "%s/port", entry);
	i = 0;
	nb_cli_enqueue_change(vty, leaf, NB_OP_MODIFY,
			      argv_find(argv, argc, "(1-65535)", &i) ? argv[i]->arg : NULL);
	return apply(vty, argc, argv);
}

CMD(mlag_id)
{
	bool remove = negated(argv) || strtoul(argv[argc - 1]->arg, NULL, 10) == 0;

	nb_cli_enqueue_change(vty, "./frr-mlag:mlag/id", remove ? NB_OP_DESTROY : NB_OP_MODIFY,
			      remove ? NULL : argv[argc - 1]->arg);
	return apply(vty, argc, argv);
}

/* ------------------------------------------------------------------- debugs */

static const struct {
	const char *name;
	unsigned long bit;
} debugs[] = {
	{"peer", MLAGD_DEBUG_PEER}, {"heartbeat", MLAGD_DEBUG_HEARTBEAT}, {"netlink", MLAGD_DEBUG_NETLINK},
	{"mac", MLAGD_DEBUG_MAC},   {"zebra", MLAGD_DEBUG_ZEBRA},	  {"core", MLAGD_DEBUG_CORE},
	{"all", MLAGD_DEBUG_ALL},
};

CMD(debug_mlag)
{
	for (unsigned int i = 0; i < array_size(debugs); i++) {
		if (!strmatch(argv[argc - 1]->text, debugs[i].name))
			continue;
		if (negated(argv))
			mlagd_debug &= ~debugs[i].bit;
		else
			mlagd_debug |= debugs[i].bit;
	}
	return CMD_SUCCESS;
}

static int write_debugs(struct vty *vty)
{
	if (mlagd_debug == MLAGD_DEBUG_ALL) {
		vty_out(vty, "debug mlag all\n");
		return 1;
	}
	for (unsigned int i = 0; i < array_size(debugs); i++)
		if (debugs[i].bit != MLAGD_DEBUG_ALL && (mlagd_debug & debugs[i].bit))
			vty_out(vty, "debug mlag %s\n", debugs[i].name);
	return 1;
}

/* --------------------------------------------------------------- exec, nodes */

static bool as_json(int argc, struct cmd_token *argv[])
{
	return strmatch(argv[argc - 1]->text, "json");
}

CMD(show_mlag)
{
	return show_mlag(vty, as_json(argc, argv));
}

CMD(show_mlag_interface)
{
	return show_mlag_interface(vty, as_json(argc, argv));
}

CMD(show_mlag_backup)
{
	return show_mlag_backup(vty, as_json(argc, argv));
}

CMD(show_mlag_mac)
{
	return show_mlag_mac(vty, as_json(argc, argv));
}

CMD(show_mlag_events)
{
	return show_mlag_events(vty, as_json(argc, argv));
}

CMD(show_mlag_statistics)
{
	return show_mlag_statistics(vty, as_json(argc, argv));
}

CMD(clear_mlag)
{
	if (strmatch(argv[argc - 1]->text, "statistics"))
		peer_stats_clear(mlagd_get()->peer);
	else
		mlagd_get()->n_events = 0;
	return CMD_SUCCESS;
}

static int write_mlag(struct vty *vty)
{
	const struct lyd_node *dnode = yang_dnode_get(running_config->dnode, "/frr-mlag:mlag");

	if (!dnode)
		return 0;
	nb_cli_show_dnode_cmds(vty, dnode, false);
	return 1;
}

static struct cmd_node mlag_node = {
	.name = "mlag",
	.node = MLAG_NODE,
	.parent_node = CONFIG_NODE,
	.prompt = MLAG_NODE_PROMPT,
	.config_write = write_mlag,
};

static struct cmd_node debug_node = {
	.name = "debug",
	.node = DEBUG_NODE,
	.prompt = "",
	.config_write = write_debugs,
};

void cli_init(void)
{
	install_node(&debug_node);
	install_node(&mlag_node);
	install_default(MLAG_NODE);
	for (unsigned int i = 0; i < array_size(commands); i++) {
		_install_element(commands[i].node, commands[i].element);
		if (commands[i].kind == CLI_DEBUG)
			_install_element(ENABLE_NODE, commands[i].element);
	}
}
