package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	"hotline/gateway/simulator"
	"hotline/store"
)

// talkCommand watches what arrives beside what is typed; only a phone that hides its number receives nothing.
func talkCommand(fs *flag.FlagSet) action {
	from := fs.String("from", demoFirst, "the phone's own `NUMBER`; the last four digits will do; or withheld, to call only")
	to := fs.String("to", "", "the `NUMBER` to text or call; left out: the first line")
	call := fs.Bool("call", false, "call instead of texting")
	phones := fs.String("phones", "", "the pretend phone company at this `URL`; left out: the running dev's")
	data := fs.String("data", "", "talk to the dev that runs in this `FOLDER`")
	alone := alone{call: call}
	alone.bind(fs)
	return func(ctx context.Context, w *world, args []string) error {
		if err := alone.check(fs, len(args) > 0); err != nil {
			return err
		}
		if len(args) > 0 {
			return w.tryFlow(ctx, args[0], alone)
		}
		h, err := w.pickUp(ctx, *phones, *data, *from, *to)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(ctx)
		var watching sync.WaitGroup
		defer watching.Wait()
		defer cancel()
		if !h.withheld {
			last, err := h.newest(ctx)
			if err != nil {
				return err
			}
			watching.Go(func() { h.watch(ctx, last) })
		} else if !*call {
			return errors.New("a phone that hides its number can only call: add --call")
		}
		defer h.putAway()
		if *call {
			return h.callLine(ctx)
		}
		return h.text(ctx)
	}
}

// handset is a keypad phone in the terminal. What arrives is printed as it comes, beside what is typed.
type handset struct {
	*world
	phone    *simulator.Phone
	withheld bool
	to       string
	person   bool          // somebody sits here, and nothing has to be repeated of what they type
	typed    <-chan string // closed at the end of the input

	mu    sync.Mutex // for the screen, and what follows
	seen  int64      // id of the newest arrival on the screen
	news  chan struct{}
	ring  *simulator.Ring // a call that comes in
	voice string          // the language of the last words heard on a call
}

// pickUp attaches a phone to the pretend phone company.
func (w *world) pickUp(ctx context.Context, phones, data, from, to string) (*handset, error) {
	if phones == "" {
		state, err := w.running(data)
		if err != nil {
			return nil, err
		}
		if phones = state.Phones; phones == "" {
			return nil, errors.New("dev runs with another carrier (TWILIO_API_URL), so there are no pretend phones")
		}
	}
	number, err := phoneNumber(from)
	if err != nil {
		return nil, err
	}
	h := &handset{world: w, withheld: number == "", person: isTerminal(w.in), news: make(chan struct{})}
	if h.phone, err = simulator.Dial(phones, number); err != nil {
		return nil, err
	}
	if h.to, err = h.line(ctx, to); err != nil {
		return nil, err
	}
	h.typed = readLines(ctx, w.in)
	return h, nil
}

var fourDigits = regexp.MustCompile(`^\d{4}$`)

// phoneNumber reads --from. Empty is a caller who hides it.
func phoneNumber(from string) (string, error) {
	switch strings.ToLower(from) {
	case "withheld", "hidden", "anonymous":
		return "", nil
	}
	if fourDigits.MatchString(from) {
		from = demoLine[:len(demoLine)-4] + from
	}
	p, err := store.ParsePhone(from, "US")
	if err != nil {
		return "", fmt.Errorf("--from %s: %w", from, err)
	}
	return p.String(), nil
}

func (h *handset) line(ctx context.Context, to string) (string, error) {
	if to != "" {
		return phoneNumber(to)
	}
	lines, err := h.phone.Lines(ctx)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		return "", errors.New("there is no line to text or call yet: add one with `hotline line add`")
	}
	return lines[0], nil
}

// readLines hands over what is typed, line by line.
func readLines(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for r := bufio.NewReader(in); ; {
			line, err := r.ReadString('\n')
			if err != nil && line == "" {
				return
			}
			select {
			case lines <- strings.TrimRight(line, "\r\n"):
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// text sends each line typed as a text, until the input ends.
func (h *handset) text(ctx context.Context) error {
	h.show("This is the phone %s. What you type is texted to %s. Ctrl-D puts it away.", h.phone.Number(), h.to)
	for {
		h.prompt()
		select {
		case <-ctx.Done():
			return nil
		case words, more := <-h.typed:
			if !more {
				h.linger(ctx)
				return nil
			}
			if err := h.entered(ctx, words); simulator.Refused(err) {
				h.show("  (%v)", err)
			} else if err != nil {
				return err
			}
		}
	}
}

// entered is one line typed while no call is held.
func (h *handset) entered(ctx context.Context, words string) error {
	h.echo(words)
	act := strings.ToLower(strings.TrimSpace(words))
	if ring := h.ringing(act == "answer" || act == "reject"); ring != nil {
		switch act {
		case "answer":
			return h.answer(ctx, *ring)
		case "reject":
			return h.phone.Reject(ctx, *ring)
		}
	}
	if strings.TrimSpace(words) == "" {
		return nil
	}
	sent, err := h.phone.Text(ctx, h.to, words)
	if err != nil {
		return err
	}
	h.await(ctx, sent.Last)
	switch {
	case sent.Problem != nil:
		h.show("  (the hotline did not answer as it should: %s, error %d)", sent.Problem.Message, sent.Problem.Code)
	case len(sent.Replies) == 0:
		h.show("  (no answer)")
	}
	return nil
}

// ringing gives the call that waits to be answered, if there is one. Answered or rejected, it rings no more.
func (h *handset) ringing(taken bool) *simulator.Ring {
	h.mu.Lock()
	defer h.mu.Unlock()
	ring := h.ring
	if taken {
		h.ring = nil
	}
	return ring
}

// newest is the id of the last thing that reached this phone before it was picked up.
func (h *handset) newest(ctx context.Context) (int64, error) {
	inbox, err := h.phone.Inbox(ctx)
	if err != nil || len(inbox) == 0 {
		return 0, err
	}
	return inbox[len(inbox)-1].ID, nil
}

// watch shows what arrives, answers and things unasked alike, until ctx ends.
func (h *handset) watch(ctx context.Context, last int64) {
	for a, err := range h.phone.Arrivals(ctx, last) {
		if err != nil {
			h.show("  (the phone company is gone: %v)", err)
			return
		}
		h.arrive(a)
	}
}

func (h *handset) arrive(a simulator.Arrival) {
	switch {
	case a.Text != nil:
		h.show("%s", h.received(*a.Text))
	case a.Ring != nil:
		h.show("[ring] %s calls: type answer or reject", a.Ring.From)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if a.Ring != nil {
		h.ring = a.Ring
	}
	h.seen = max(h.seen, a.ID)
	close(h.news)
	h.news = make(chan struct{})
}

// received is a text as the phone shows it, with what it cost.
func (h *handset) received(t simulator.Text) string {
	head := "< "
	if t.From != h.to {
		head = "< from " + t.From + ": "
	}
	cost := fmt.Sprintf("%s, %s", count(t.Segments, "segment", "segments"), t.Encoding)
	if t.Carrier {
		cost += ", from the phone company itself"
	}
	return head + strings.ReplaceAll(printable(t.Body), "\n", "\n  ") + "\n  (" + cost + ")"
}

// What a phone waits for: an answer that has arrived comes on the screen at once, and at the end of the input something unasked may
// be on its way still.
const (
	awaitWithin = 3 * time.Second
	lingerFor   = 400 * time.Millisecond
)

// await waits until an arrival is on the screen.
func (h *handset) await(ctx context.Context, id int64) {
	timeout := time.After(awaitWithin)
	for {
		h.mu.Lock()
		seen, news := h.seen, h.news
		h.mu.Unlock()
		if seen >= id {
			return
		}
		select {
		case <-news:
		case <-timeout:
			return
		case <-ctx.Done():
			return
		}
	}
}

// linger waits until nothing has arrived for a while. A person who puts the phone away does not wait.
func (h *handset) linger(ctx context.Context) {
	for !h.person && !h.withheld {
		h.mu.Lock()
		news := h.news
		h.mu.Unlock()
		select {
		case <-news:
		case <-time.After(lingerFor):
			return
		case <-ctx.Done():
			return
		}
	}
}

// show prints something between what is typed. Where a person sits, the prompt they were typing behind comes back below it.
func (h *handset) show(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	words := fmt.Sprintf(format, args...)
	if h.person {
		fmt.Fprintf(h.out, "\r\x1b[K%s\n> ", words)
		return
	}
	fmt.Fprintln(h.out, words)
}

func (h *handset) prompt() {
	if h.person {
		h.mu.Lock()
		defer h.mu.Unlock()
		fmt.Fprint(h.out, "\r\x1b[K> ")
	}
}

// putAway leaves a clean line to whatever is typed into the terminal next.
func (h *handset) putAway() {
	if h.person {
		h.mu.Lock()
		defer h.mu.Unlock()
		fmt.Fprint(h.out, "\r\x1b[K")
	}
}

// echo repeats what came in through a pipe, so that what is printed can be read as a talk.
func (h *handset) echo(words string) {
	if !h.person {
		h.show("> %s", cmp.Or(words, "(nothing)"))
	}
}
