package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/flows/library"
	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

// lost is a fault of the company: the answer to one create is lost, after it took effect or before.
func lost(after bool, times int) simulator.RESTFault {
	return simulator.RESTFault{Method: http.MethodPost, Path: "Messages.json", After: after, Times: times}
}

var (
	noCallbacks = simulator.StatusFaults{Drop: []string{"*"}}
	notice      = store.Outgoing{Purpose: store.ForAnswers, AnyHour: true, MayRepeat: true}
	code        = store.Outgoing{Purpose: store.ForAnswers, AnyHour: true}
)

// put writes something down to be sent, and gives its id when it was handed to the company.
func (n *neighborhood) put(phone, words string, o store.Outgoing) uuid.UUID {
	n.Helper()
	outbox, err := gateway.NewOutbox(n.store, slog.New(slog.NewTextHandler(n.Output(), nil)))
	n.must(err)
	o.ID = uuid.New()
	n.must(n.store.InTx(n.ctx, func(tx pgx.Tx) (err error) {
		if o.Phone, err = n.store.EnsurePhone(n.ctx, tx, n.line.AssemblyID, store.Phone(phone)); err != nil {
			return err
		}
		o.Assembly, o.Line, o.Channel, o.Body, o.ExpiresAt = n.line.AssemblyID, n.line.ID, store.ByText, words, n.clock().Add(6*time.Hour)
		return outbox.Put(n.ctx, tx, o)
	}))
	return o.ID
}

// handed waits until nothing is under way to the company.
func (n *neighborhood) handed() {
	n.Helper()
	n.until("select count(*) from outgoing where state in ('ready', 'sending')", 0)
	n.must(n.company.Settle(n.ctx))
}

func (n *neighborhood) resolve() {
	n.Helper()
	n.must(n.gateway.Resolve(n.ctx))
	n.handed()
}

// state is how far a send has come, whether it was repeated, and why it is left for a person.
func (n *neighborhood) state(id uuid.UUID) (state string) {
	n.Helper()
	n.must(n.store.Pool.QueryRow(n.ctx, `select concat_ws(', ', state, case when repeated_at is not null then 'repeated' end, 'for a person: ' || person_why)
		from outgoing where id = $1`, id).Scan(&state))
	return state
}

func (n *neighborhood) wantState(id uuid.UUID, want string) {
	n.Helper()
	if got := n.state(id); got != want {
		n.Errorf("it is %q, want %q", got, want)
	}
}

// inbox is what has arrived on a phone.
func (n *neighborhood) inbox(number string) (all []string) {
	n.Helper()
	arrived, err := n.phone(number).Inbox(n.ctx)
	n.must(err)
	for _, a := range arrived {
		if a.Text != nil {
			all = append(all, a.Text.Body)
		}
	}
	return all
}

func (n *neighborhood) wantInbox(number string, want ...string) {
	n.Helper()
	if got := n.inbox(number); strings.Join(got, "|") != strings.Join(want, "|") {
		n.Errorf("%s has %q, want %q", number[len(number)-4:], got, want)
	}
}

func (n *neighborhood) pass(d time.Duration) { n.now.Add(int64(d / time.Second)) }

func newLostTown(t *testing.T) *neighborhood {
	t.Helper()
	n := newNeighborhoodOf(t, library.Files)
	_, err := n.store.Pool.Exec(n.ctx, "update lines set created_at = $1", n.clock().Add(-240*time.Hour)) // by the town's clock
	n.must(err)
	return n
}

// command runs a command on the neighborhood's database, and gives what it prints.
func (n *neighborhood) command(args ...string) string {
	n.Helper()
	out, complaint, err := n.tryCommand(args...)
	if err != nil {
		n.Fatalf("%q: %v: %s", args, err, complaint)
	}
	return out
}

// refused is what a command complains of.
func (n *neighborhood) refused(args ...string) string {
	n.Helper()
	out, complaint, err := n.tryCommand(args...)
	if err == nil {
		n.Fatalf("%q was not refused: %s", args, out)
	}
	return complaint + err.Error()
}

func (n *neighborhood) tryCommand(args ...string) (out, complaint string, err error) {
	var printed, complained bytes.Buffer
	w := &world{in: strings.NewReader(""), out: &printed, err: io.Writer(&complained), now: n.clock, cfg: n.cfg}
	c, rest, err := find(commands(), args)
	if err == nil {
		err = c.run(n.ctx, w, rest)
	}
	return printed.String(), complained.String(), err
}
