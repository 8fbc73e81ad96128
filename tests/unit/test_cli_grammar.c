// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The grammar shared by mlagd and the vtysh plugin: every command parses, every
 * word has its help, and no help is left over (G1).
 */
#include <zebra.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "command_graph.h"
#include "graph.h"

#include "mlagd/cli.h"

/* clang-format off */
static const struct {
	enum cli_kind kind;
	enum node_type node;
	struct cmd_element element;
} commands[] = {
#define CLI(id, kind_, node_, string_, help_) {CLI_##kind_, node_, {.string = string_, .doc = help_, .name = #id}},
#include "mlagd/cli_grammar.def"
};
/* clang-format on */

static unsigned int lines(const char *help)
{
	unsigned int n = 0;

	for (; *help; help++)
		n += *help == '\n';
	return n;
}

/* Words of the command; each must have something to say for itself. */
static unsigned int words(const struct cmd_element *cmd, const struct graph *graph)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < vector_active(graph->nodes); i++) {
		const struct graph_node *node = vector_slot(graph->nodes, i);
		const struct cmd_token *token = node ? node->data : NULL;

		if (!token || token->type >= SPECIAL_TKN || strmatch(token->text, CMD_CR_TEXT))
			continue;
		if (!token->desc || !token->desc[0])
			fail_msg("%s: \"%s\" has no help", cmd->name, token->text);
		n++;
	}
	return n;
}

static void test_every_word_has_help(void **state)
{
	for (unsigned int i = 0; i < array_size(commands); i++) {
		const struct cmd_element *cmd = &commands[i].element;
		struct graph *graph = graph_new();

		graph_new_node(graph, cmd_token_new(START_TKN, 0, NULL, NULL), (void (*)(void *))cmd_token_del);
		cmd_graph_parse(graph, cmd);
		if (words(cmd, graph) != lines(cmd->doc))
			fail_msg("%s: %u words, %u lines of help", cmd->name, words(cmd, graph), lines(cmd->doc));
		graph_delete_graph(graph);
	}
}

/* What is configuration lives below the configuration node, what reads does not. */
static void test_nodes(void **state)
{
	for (unsigned int i = 0; i < array_size(commands); i++) {
		enum node_type node = commands[i].node;

		if (commands[i].kind == CLI_EXEC)
			assert_true(node == VIEW_NODE || node == ENABLE_NODE);
		else
			assert_true(node == CONFIG_NODE || node == INTERFACE_NODE || node == MLAG_NODE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_word_has_help),
		cmocka_unit_test(test_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
