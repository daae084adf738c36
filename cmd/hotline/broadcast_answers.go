package main

import (
	"context"
	"fmt"
	"strings"

	"hotline/gateway"
	"hotline/store"
)

// noticeAnswers counts what was sent back to a notice by its digits: the last answer of each phone. How the meeting stands, with who answered by other
// ways, shows with the meeting.
type noticeAnswers struct {
	Asked int           `json:"asked"` // phones
	Sent  []answerCount `json:"sent"`
}

type answerCount struct {
	Answer string `json:"answer"` // as it is printed
	Phones int    `json:"phones"` // of a vote 0 below five: so few could be known
}

// oneOption is how the answers are counted that chose among options: which of them is told nowhere.
const oneOption = "one of the options"

// fewestOpened is how many have to have opened a vote from a notice before that is told.
const fewestOpened = 5

// answersTo counts the answers to a notice; one that asks nothing has none.
func (d *desk) answersTo(ctx context.Context, b store.Broadcast) (*noticeAnswers, error) {
	if b.Flow == "" {
		return &noticeAnswers{}, nil
	}
	set, err := d.cfg.loadFlows()
	if err != nil {
		return nil, err
	}
	replies, asked, err := d.store.RepliesTo(ctx, d.store.Pool, b.ID)
	if err != nil {
		return nil, err
	}
	all := &noticeAnswers{Asked: asked}
	question, _ := set.Question(b.Flow)
	labels, _ := set.Printed(b.Flow, set.Languages()[0], gateway.SampleDigits, nil)
	if question.Each != "" {
		n := replies[gateway.AnsweredOne]
		if b.About == "ballot" && n < fewestOpened {
			n = 0
		}
		all.Sent = append(all.Sent, answerCount{oneOption, n})
	}
	for i, label := range strings.Split(labels, "\n") {
		if i >= len(question.Answers) {
			break
		}
		_, label, _ = strings.Cut(label, " ")
		n := replies[question.Answers[i]]
		if b.About == "ballot" && n < fewestOpened {
			n = 0
		}
		all.Sent = append(all.Sent, answerCount{label, n})
	}
	return all, nil
}

func (d *desk) sayAnswers(b store.Broadcast, a *noticeAnswers) {
	if a.Asked == 0 {
		return
	}
	var sent []string
	for _, one := range a.Sent {
		switch {
		case one.Phones > 0:
			sent = append(sent, fmt.Sprintf("%q %d", one.Answer, one.Phones))
		case b.About == "ballot":
			sent = append(sent, fmt.Sprintf("%q fewer than %d", one.Answer, fewestOpened))
		}
	}
	if len(sent) == 0 {
		sent = []string{"nothing so far"}
	}
	d.say("  Answers   of %s asked: %s", count(a.Asked, "phone", "phones"), strings.Join(sent, ", "))
}

// sayCarried tells, before it is approved, what a notice asks, and what its approval covers.
// options: of a ballot these are offered, in some language.
func (d *desk) sayCarried(b store.Broadcast, options bool) {
	if b.Flow != "" {
		d.say("\nEach phone is given two-digit answers of its own; the digits above are an example. They hold for 30 days, and as long as it is open.")
	}
	if b.About == "ballot" && options {
		d.say("What is chosen is read back before it counts. A quiet or shared phone, one that was silent for long, and who is not on the roll get \"Vote\" alone.")
	}
	if b.About == "meeting" && b.Kind == store.FollowsNone {
		d.say("Whoever approves it approves what follows, which goes out by itself: reminders the day and the hour before, and word of a change or cancellation.")
	}
}

// followsBecause says why a notice goes out that nobody wrote.
func followsBecause(b store.Broadcast) string {
	return map[store.Following]string{
		store.FollowsChange: ": word that the meeting was changed", store.FollowsCancel: ": word that the meeting is canceled",
		store.FollowsDay: ": a reminder, the day before", store.FollowsHour: ": a reminder, the hour before",
	}[b.Kind]
}
