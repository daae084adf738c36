package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"hotline/store"
)

// posting are the functions of this room that put something into the outbox, as its source tells them.
func posting(t *testing.T) (found []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	puts, named := regexp.MustCompile(`outbox\.[A-Z]\w*\(ctx`), regexp.MustCompile(`^(?:\([^)]*\) )?(\w+)`)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range strings.Split(string(src), "\nfunc ")[1:] {
			if puts.MatchString(f) {
				found = append(found, named.FindStringSubmatch(f)[1])
			}
		}
	}
	slices.Sort(found)
	return found
}

// quietCommands are what organizers type that causes a text, by the function that writes it; in the order in which it can be done.
func quietCommands(report string) map[string][][]string {
	reveals := "en=The union strikes at the Warehouse / es=El sindicato va a huelga en Warehouse"
	return map[string][][]string{
		"textAnswer":  {{"report", "answer", report, "The union strikes at the Warehouse"}},
		"decideOffer": {{"offer", "approve", "1", "--words", reveals}, {"offer", "refuse", "1", "--because", reveals}},
		"decide": {
			{"proposal", "hold", "1", "--because", reveals}, {"proposal", "share", "1", "--words", reveals}, {"proposal", "answer", "1", "--words", reveals},
			{"proposal", "share", "2", "--words", reveals}, {"proposal", "open", "2", "--ballot", "1"},
		},
		"reportCall":    nil, // a call, which shows nothing but the line's number
		"askIn":         nil, // to another organizer: a phrase of words.yaml and digits (gateway, TestABroadcastIsApprovedFromAnotherPhone)
		"tellOfMeeting": nil, // phrases of words.yaml, and a place with dots for what it shows (gateway, TestAPlaceShowsNothing)
		"testByCall":    nil, // a call, as reportCall
		"testBroadcast": nil, // the notice itself, which is refused before with a word that shows what this is about (testdata/broadcast.txtar)
	}
}

// What an organizer does causes no text to a quiet phone, or to one of a quiet group, that has a revealing word or a workplace's name,
// whatever they wrote. A command that puts something into the outbox and stands not here fails the test. (WORKERS.md, what a phone may show)
func TestNoCommandRevealsAnythingToAQuietPhone(t *testing.T) {
	for _, f := range posting(t) {
		if _, known := quietCommands("1")[f]; !known {
			t.Errorf("%s puts something into the outbox, and nothing shows what it tells a quiet phone", f)
		}
	}
	for way, quiet := range map[string]string{"phone": `update phones set quiet = true`, "group": `update assemblies set quiet = true`} {
		for _, lang := range []string{"en", "es"} {
			t.Run(way+" "+lang, func(t *testing.T) {
				o := newOffice(t)
				phone, report := o.files("+12125550141", true)
				o.posts(phone)
				o.says("", "ballot", "open", "--question", "en=Heat breaks? / es=¿Descansos?", "--yes", "--as", "Rosa")
				for _, sql := range []string{quiet, `update phones set lang = '` + lang + `'`} {
					if _, err := o.store.Pool.Exec(t.Context(), sql); err != nil {
						t.Fatal(err)
					}
				}
				set, err := o.cfg.loadFlows()
				if err != nil {
					t.Fatal(err)
				}
				for _, typed := range quietCommands(report) {
					for _, args := range typed {
						before := len(o.sent(phone))
						o.says("", append(args, "--as", "Rosa")...)
						if n := len(o.sent(phone)); n != before+1 {
							t.Errorf("%q caused %d texts", args, n-before)
						}
					}
				}
				for _, body := range o.sent(phone) {
					if w := set.Revealing(body); w != "" || strings.Contains(body, "Warehouse") {
						t.Errorf("sent %q, which shows %q", body, w)
					}
				}
			})
		}
	}
}

// posts is an offer and two proposals of a member's phone, whose texts they agreed to.
func (o *office) posts(phone uuid.UUID) {
	o.Helper()
	err := o.store.InTx(o.Context(), func(tx pgx.Tx) error {
		ctx := o.Context()
		_, err := o.store.ImportMembers(ctx, tx, o.line.AssemblyID, []store.MemberRow{
			{Line: 1, Name: "Ana", Phone: "+12125550141", Language: "en", Standing: store.StandsMember}}, o.now)
		if err != nil {
			return err
		}
		if _, _, err := o.store.PostOffer(ctx, tx, store.NewOffer{Assembly: o.line.AssemblyID, Line: o.line.ID, Phone: phone, Side: "offer", Kind: "rides",
			Channel: "text", Lang: "en", Words: "a ride", ReadBy: o.now, At: o.now}); err != nil {
			return err
		}
		for range 2 {
			p, err := o.store.Propose(ctx, tx, store.NewProposal{Assembly: o.line.AssemblyID, Line: o.line.ID, Phone: phone, Channel: "text", Lang: "en",
				Words: "a fan", ReadBy: o.now, At: o.now})
			if err != nil {
				return err
			}
			if err := o.store.SettleProposal(ctx, tx, p.ID, phone, false, true); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.Fatal(err)
	}
}

// A text that we start shows no workplace's name either, also to a phone that is not quiet: such an answer waits, or is said without.
func TestAnAnswerByTextHoldsNoWorkplacesName(t *testing.T) {
	o := newOffice(t)
	phone, report := o.files("+12125550141", true)
	for _, words := range []string{"The lift at the warehouse is mended.", "WAREHOUSE: mended"} {
		o.refuses(`"Warehouse", the name of an assembly`, "report", "answer", report, words, "--as", "Rosa")
	}
	o.says("It waits until the worker comes back", "report", "answer", report, "The lift at the warehouse is mended.", "--waits", "--as", "Rosa")
	o.says("a text goes out", "report", "answer", report, "The warehouses all have one.", "--as", "Rosa")
	if sent := o.sent(phone); len(sent) != 1 {
		t.Errorf("sent %q", sent)
	}
}
