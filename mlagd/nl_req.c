// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests. The kernel does netlink work inside sendmsg(), so an answer is
 * waiting when it returns, and asking synchronously costs microseconds. In a
 * batch only the last message asks for an ack; errors come unasked.
 */
#include <zebra.h>

#include "log.h"
#include "memory.h"
#include "privs.h"

#include "mlagd/nl.h"
#include "mlagd/nl_parse.h"

DECLARE_MGROUP(MLAGD_NL);
DEFINE_MTYPE_STATIC(MLAGD_NL, NL_REQ, "Netlink requests");

#define BUF_SIZE       32768
#define ANSWER_WAIT_S  2
#define BATCH_LIMIT    65536
#define BATCH_MSGS_MAX (BATCH_LIMIT / NLMSG_HDRLEN)
#define REQ_RCVBUF     (4 << 20) /* room for an error to each message of a datagram */

struct nl_req {
	struct mnl_socket *sock;
	uint32_t seq;
	nl_failed_cb failed;
	void (*answer)(void *arg, uint32_t cookie, const struct nlmsghdr *nlh);
	void *failed_arg; /* answer's too */
	struct mnl_nlmsg_batch *batch;
	struct nlmsghdr *last;	/* added last */
	uint32_t first_seq;	/* of the datagram being filled */
	unsigned int n, taken;	/* messages in it; messages taken since begin */
	uint32_t cookies[BATCH_MSGS_MAX];
	char out[2 * BATCH_LIMIT] __attribute__((aligned(NLMSG_ALIGNTO)));
	char in[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

struct nl_req *nl_req_new(void)
{
	const struct timeval wait = {.tv_sec = ANSWER_WAIT_S};
	struct mnl_socket *sock = NULL;
	struct nl_req *r;
	int err = 0;

	frr_with_privs (lib_privs) {
		sock = nl_open(NETLINK_ROUTE, NULL, 0, REQ_RCVBUF);
		err = errno;
	}
	if (!sock) {
		zlog_err("netlink requests: cannot open: %s", strerror(err));
		return NULL;
	}
	setsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	r = XCALLOC(MTYPE_NL_REQ, sizeof(*r));
	r->sock = sock;
	return r;
}

void nl_req_free(struct nl_req *r)
{
	if (!r)
		return;
	mnl_socket_close(r->sock);
	XFREE(MTYPE_NL_REQ, r);
}

static int req_send(struct nl_req *r, const void *buf, size_t len)
{
	ssize_t n = -1;
	int err = 0;

	frr_with_privs (lib_privs) {
		n = mnl_socket_sendto(r->sock, buf, len);
		err = errno;
	}
	return n < 0 ? -err : 0;
}

struct get_arg {
	void (*msg)(void *arg, const struct nlmsghdr *nlh);
	bool (*match)(void *arg, const struct nlmsghdr *nlh);
	void *arg;
	bool found;
};

static int get_msg(const struct nlmsghdr *nlh, void *data)
{
	struct get_arg *g = data;

	if (g->msg)
		g->msg(g->arg, nlh);
	else
		g->found = g->match(g->arg, nlh);
	return g->found ? MNL_CB_STOP : MNL_CB_OK;
}

static int get(struct nl_req *r, struct nlmsghdr *nlh, struct get_arg *g)
{
	unsigned int portid = mnl_socket_get_portid(r->sock);
	int ret;

	nlh->nlmsg_seq = ++r->seq;
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	if ((nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		nlh->nlmsg_flags |= NLM_F_ACK;
	ret = req_send(r, nlh, nlh->nlmsg_len);
	if (ret < 0)
		return ret;
	do {
		ssize_t n = mnl_socket_recvfrom(r->sock, r->in, sizeof(r->in));

		if (n < 0)
			return -errno;
		ret = mnl_cb_run(r->in, n, r->seq, portid, get_msg, g);
		if (ret < 0 && errno == EPROTO) /* a late answer to an earlier question */
			ret = MNL_CB_OK;
	} while (ret > MNL_CB_STOP);
	return ret < 0 ? -errno : 0;
}

/* A dump goes on being made as it is received, and shows some values to the privileged only. */
int nl_req_get(struct nl_req *r, struct nlmsghdr *nlh, void (*msg)(void *arg, const struct nlmsghdr *nlh), void *arg)
{
	struct get_arg g = {.msg = msg, .arg = arg};
	int ret = -EPERM;

	frr_with_privs (lib_privs) {
		ret = get(r, nlh, &g);
	}
	return ret;
}

/* With a socket of its own: closing it is how a dump is broken off. */
bool nl_req_find(struct nlmsghdr *nlh, bool (*match)(void *arg, const struct nlmsghdr *nlh), void *arg)
{
	struct get_arg g = {.match = match, .arg = arg};
	struct nl_req *r = nl_req_new();

	if (!r)
		return false;
	frr_with_privs (lib_privs) {
		get(r, nlh, &g);
	}
	nl_req_free(r);
	return g.found;
}

static const char *error_text(const struct nlmsghdr *nlh)
{
	const struct nlattr *a;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	mnl_attr_for_each(a, nlh, sizeof(struct nlmsgerr))
		if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0)
			return mnl_attr_get_str(a);
	return "";
}

/* Every answer to the datagram just sent; the last message's ack ends it. */
static int batch_answers(struct nl_req *r)
{
	uint32_t last = r->first_seq + r->n - 1;
	bool over = false;

	while (!over) {
		ssize_t n = mnl_socket_recvfrom(r->sock, r->in, sizeof(r->in));
		const struct nlmsghdr *nlh;

		if (n < 0)
			return -errno;
		for (nlh = nl_msg_first(r->in, n); nlh; nlh = nl_msg_next(nlh, r->in, n)) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
			uint32_t i = nlh->nlmsg_seq - r->first_seq;

			if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && i < r->n && r->answer)
				r->answer(r->failed_arg, r->cookies[i], nlh);
			if (nlh->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(nlh) < sizeof(*e) || i >= r->n)
				continue;
			over = nlh->nlmsg_seq == last;
			if (e->error == 0)
				continue;
			r->taken--;
			r->failed(r->failed_arg, r->cookies[i], e->error, error_text(nlh));
		}
	}
	return 0;
}

static void batch_flush(struct nl_req *r)
{
	int err;

	if (r->n == 0)
		return;
	r->last->nlmsg_flags |= NLM_F_ACK;
	r->taken += r->n;
	err = req_send(r, mnl_nlmsg_batch_head(r->batch), mnl_nlmsg_batch_size(r->batch));
	if (err == 0)
		err = batch_answers(r);
	if (err < 0) {
		r->taken -= MIN(r->taken, r->n);
		for (unsigned int i = 0; i < r->n; i++)
			r->failed(r->failed_arg, r->cookies[i], err, "no answer");
	}
	r->n = 0;
	r->first_seq = r->seq + 1;
}

void nl_batch_begin(struct nl_req *r, nl_failed_cb failed, void *arg)
{
	r->failed = failed;
	r->answer = NULL;
	r->failed_arg = arg;
	r->batch = mnl_nlmsg_batch_start(r->out, BATCH_LIMIT);
	r->n = r->taken = 0;
	r->first_seq = r->seq + 1;
}

void nl_batch_answers(struct nl_req *r, void (*answer)(void *arg, uint32_t cookie, const struct nlmsghdr *nlh))
{
	r->answer = answer;
}

struct nlmsghdr *nl_batch_msg(struct nl_req *r, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(mnl_nlmsg_batch_current(r->batch));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	return nlh;
}

void nl_batch_add(struct nl_req *r, uint32_t cookie)
{
	struct nlmsghdr *nlh = mnl_nlmsg_batch_current(r->batch);

	if (mnl_nlmsg_batch_next(r->batch)) {
		r->last = nlh;
	} else { /* this one did not fit: send the others, it becomes the first */
		batch_flush(r);
		mnl_nlmsg_batch_reset(r->batch);
		r->last = mnl_nlmsg_batch_head(r->batch);
	}
	r->last->nlmsg_seq = ++r->seq;
	r->cookies[r->n++] = cookie;
}

unsigned int nl_batch_commit(struct nl_req *r)
{
	batch_flush(r);
	mnl_nlmsg_batch_stop(r->batch);
	r->batch = NULL;
	return r->taken;
}
