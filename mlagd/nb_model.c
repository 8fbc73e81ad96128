// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of the YANG model, carried in the program so that no file of another
 * version can be loaded in its place. It is known to libfrr before main().
 */
#include <zebra.h>

#include "yang.h"

/* The model's text, made from yang/frr-mlag*.yang when this is built. */
static const char model[] =
#include "yang/frr-mlag.yang.h"
	;
static const char submodel[] =
#include "yang/frr-mlag-state.yang.h"
	;

static struct yang_module_embed embeds[] = {
	{.mod_name = "frr-mlag", .mod_rev = "", .sub_mod_name = "", .sub_mod_rev = "", .data = model, .format = LYS_IN_YANG},
	{.mod_name = "frr-mlag-state",
	 .mod_rev = "",
	 .sub_mod_name = "frr-mlag-state",
	 .sub_mod_rev = "",
	 .data = submodel,
	 .format = LYS_IN_YANG},
};

/* After libfrr's own list of embedded modules exists, before main(). */
static void __attribute__((constructor)) embed_model(void)
{
	for (unsigned int i = 0; i < array_size(embeds); i++)
		yang_module_embed(&embeds[i]);
}
