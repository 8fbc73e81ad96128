// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The operator's commands: what mlagd and the vtysh plugin share of them beside
 * cli_grammar.def.
 */
#ifndef MLAGD_CLI_H
#define MLAGD_CLI_H

#include "command.h"

/* Beyond FRR's own nodes; the number never leaves a process. */
#define MLAG_NODE	 ((enum node_type)(NODE_TYPE_MAX + 1))
#define MLAG_NODE_PROMPT "%s(config-mlag)# "

/* What a line of cli_grammar.def is. */
enum cli_kind {
	CLI_ENTER,  /* goes into MLAG_NODE */
	CLI_CONFIG, /* changes the configuration through the northbound */
	CLI_DEBUG,  /* configuration outside the model, also typed in the enable node */
	CLI_EXEC,   /* reads or clears */
};

/* Install nodes and commands; once, after frr_init(). */
void cli_init(void);

#endif
