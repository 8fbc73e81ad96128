// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vxlan device that gets another source has zebra take the L3 VNIs down and
 * up, and bgpd their VRFs' routes out and in: within a second or two, but with
 * many addresses on a busy processor bgpd was seen to read of it 27 s later.
 * mlagd asks when that is over, since legs that rise before it attract what
 * nothing can route yet (invariant no-blackhole).
 */
#ifndef FRR_MLAG_FOLLOW_H
#define FRR_MLAG_FOLLOW_H

#include "zebra-module/channel.h"

/*
 * FOLLOW: answered by FOLLOWED when bgpd has read all that follows from the source, and zebra and it are at rest. By then no
 * VNI floods to the source itself.
 */
void follow_ask(const struct channel_msg *m);
/* The last question is void. */
void follow_forget(void);

#endif
