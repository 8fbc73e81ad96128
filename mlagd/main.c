// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Entry: what libfrr has to know of the daemon, its signals, its life. SIGTERM
 * changes nothing in the kernel (failure.md rule 7); see mlagd_fini().
 */
#include <zebra.h>

#include <getopt.h>

#include "command.h"
#include "if.h"
#include "keychain.h"
#include "libfrr.h"
#include "log.h"
#include "privs.h"
#include "sigevent.h"
#include "lib/version.h"
#include "vrf.h"
#include "vty.h"

#include "mlagd/cli.h"
#include "mlagd/mlagd.h"
#include "mlagd/nb.h"

/* Links, bonds, bridges, nft; probes bound to a device or a VRF. */
static zebra_capabilities_t caps[] = {ZCAP_NET_ADMIN, ZCAP_SYS_ADMIN, ZCAP_NET_RAW};

static struct zebra_privs_t privs = {
	.user = FRR_USER,
	.group = FRR_GROUP,
	.vty_group = VTY_GROUP,
	.caps_p = caps,
	.cap_num_p = array_size(caps),
};

static struct frr_daemon_info mlagd_di;

static void sighup(void)
{
	zlog_info("SIGHUP received, reading %s", mlagd_di.config_file);
	vty_read_config(NULL, mlagd_di.config_file, config_default);
}

static void __attribute__((noreturn)) sigterm(void)
{
	zlog_notice("Terminating on signal");
	mlagd_fini();
	nb_fini();
	vrf_terminate();
	keychain_terminate();
	frr_fini();
	exit(0);
}

static void sigusr1(void)
{
	zlog_rotate();
}

static struct frr_signal_t signals[] = {
	{.signal = SIGHUP, .handler = sighup},
	{.signal = SIGUSR1, .handler = sigusr1},
	{.signal = SIGINT, .handler = sigterm},
	{.signal = SIGTERM, .handler = sigterm},
};

static const struct frr_yang_module_info *const mlagd_yang_modules[] = {
	&frr_interface_info,
	&frr_vrf_info,
	&ietf_key_chain_info,
	&ietf_key_chain_deviation_info,
	&frr_mlag_info,
};

/* clang-format off */
FRR_DAEMON_INFO(mlagd, MLAG,
	.vty_port = MLAGD_VTY_PORT,
	.proghelp = "Multi-chassis link aggregation: two switches that hosts see as one.",

	.signals = signals,
	.n_signals = array_size(signals),

	.privs = &privs,

	.yang_modules = mlagd_yang_modules,
	.n_yang_modules = array_size(mlagd_yang_modules),
);
/* clang-format on */

int main(int argc, char **argv)
{
	static const struct option longopts[] = {{0}};
	struct event_loop *loop;
	int opt;

	frr_preinit(&mlagd_di, argc, argv);
	frr_opt_add("", longopts, "");
	while ((opt = frr_getopt(argc, argv, NULL)) != EOF)
		if (opt != 0)
			frr_help_exit(1);

	loop = frr_init();
	vrf_init(NULL, mlagd_vrf_enabled, NULL, NULL);
	if_cmd_init_default();
	keychain_init();
	mlagd_init(loop, &privs);
	cli_init();
	frr_config_fork();
	frr_run(loop);
	return 0; /* not reached */
}
