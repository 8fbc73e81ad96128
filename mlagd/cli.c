// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The operator's commands: their nodes and the table that gives each line of
 * cli_grammar.def its function. A configuration command becomes changes of the
 * model's nodes and is judged there; what is refused is said in the model's
 * words and with the line that was typed.
 */
#include <zebra.h>

#include "northbound_cli.h"

#include "mlagd/cli_int.h"
#include "mlagd/nb.h"

#define ATTR_ENTER  CMD_ATTR_YANG
#define ATTR_CONFIG CMD_ATTR_YANG
#define ATTR_DEBUG  0
#define ATTR_EXEC   0

/* clang-format off */
#define CLI(id, kind, node_, string_, help)                                                                            \
	static const struct cmd_element id##_cmd = {                                                                   \
		.string = string_, .func = cmd_##id, .doc = help, .attr = ATTR_##kind, .name = "cmd_" #id};
#include "mlagd/cli_grammar.def"

static const struct {
	enum cli_kind kind;
	enum node_type node;
	const struct cmd_element *element;
} commands[] = {
#define CLI(id, kind, node, string, help) {CLI_##kind, node, &id##_cmd},
#include "mlagd/cli_grammar.def"
};
/* clang-format on */

/* ------------------------------------------------------------------ changes */

int cli_apply(struct vty *vty, int argc, struct cmd_token *argv[])
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

int cli_set_leaf(struct vty *vty, int argc, struct cmd_token *argv[], const char *xpath, bool has_default)
{
	if (!cli_negated(argv))
		nb_cli_enqueue_change(vty, xpath, NB_OP_MODIFY, argv[argc - 1]->arg);
	else
		nb_cli_enqueue_change(vty, xpath, has_default ? NB_OP_MODIFY : NB_OP_DESTROY, NULL);
	return cli_apply(vty, argc, argv);
}

int cli_set_switch(struct vty *vty, int argc, struct cmd_token *argv[], const char *xpath)
{
	nb_cli_enqueue_change(vty, xpath, NB_OP_MODIFY, cli_negated(argv) ? "false" : "true");
	return cli_apply(vty, argc, argv);
}

/* -------------------------------------------------------------------- nodes */

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
	.config_write = cli_write_debugs,
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
