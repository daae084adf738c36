package gateway

import (
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// unhappy is a house on whose Postgres every turn fails before it is played: a row of it is refused with an error that repeats all that
// stands in the row, or, now and then, the connection is killed in the middle. All that it logs, down to debugging, is kept.
type unhappy struct {
	*house
	log     *syncBuffer
	secrets map[string]bool // what may stand in no line of it
	turns   int
	failed  int
}

const breakable = `
create schema unhappy;
create table unhappy.how (mode text);
insert into unhappy.how values ('');
create function unhappy.break() returns trigger language plpgsql as $$
declare how text;
begin
	select mode into how from unhappy.how;
	if how = 'refuse' then raise exception 'no row may stand in %: %', tg_table_name, new using detail = new::text, hint = new::text; end if;
	if how = 'kill' then perform pg_terminate_backend(pg_backend_pid()); end if;
	return new;
end $$`

func (h *house) breaks(t *testing.T) *unhappy {
	u := &unhappy{house: h, log: &syncBuffer{}, secrets: map[string]bool{}}
	h.g.log = slog.New(slog.NewTextHandler(u.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.run("update lines set replies_an_hour = 0")
	if err := h.g.lines.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.run(breakable)
	for table := range h.everyTable() {
		if table != "schema_migrations" && !strings.HasPrefix(table, "river") {
			h.run(fmt.Sprintf("create trigger breaks before insert or update on %s for each row execute function unhappy.break()", pgx.Identifier{table}.Sanitize()))
		}
	}
	h.ahead, h.each = u.fail, u.heard
	return u
}

// fail plays what comes against a Postgres that breaks.
func (u *unhappy) fail(in Inbound) {
	u.hides(in.From.String())
	if strings.Contains(in.Text, " ") && in.Text != "wrong number" || regexp.MustCompile(`^\d{4,}$`).MatchString(in.Text) {
		u.hides(in.Text)
	}
	for _, how := range []string{"refuse", "kill"} {
		if u.turns++; how == "kill" && u.turns%20 != 6 { // such a turn is played again until its time is half over
			continue
		}
		u.run("update unhappy.how set mode = $1", how)
		before := len(u.log.String())
		u.g.Turn(u.t.Context(), in)
		if len(u.log.String()) > before {
			u.failed++
		}
		u.run("update unhappy.how set mode = ''")
	}
	u.mini.FlushAll()
}

// heard keeps the codes that somebody was told.
func (u *unhappy) heard(_ Inbound, r Reply) {
	for _, code := range regexp.MustCompile(`\d{4} \d{4}(?: \d{4})?`).FindAllString(r.Text(), -1) {
		u.hides(code)
	}
}

func (u *unhappy) hides(secret string) {
	if secret == "" || secret == lineNumber {
		return
	}
	u.secrets[secret] = true
	if digits := strings.TrimPrefix(onlyTheDigits(secret), "+1"); regexp.MustCompile(`^\d{4,}$`).MatchString(digits) {
		u.secrets[digits] = true
	}
}

// shown are the lines of a log that hold something of this, as it is or in hex.
func (u *unhappy) shown() (lines []string) {
	secrets := slices.Collect(maps.Keys(u.secrets))
	for line := range strings.Lines(u.log.String()) {
		for _, s := range secrets {
			standing := regexp.MustCompile(`(^|[^0-9a-fA-F])` + regexp.QuoteMeta(s) + `($|[^0-9a-fA-F])`)
			if standing.MatchString(line) || strings.Contains(line, fmt.Sprintf("%x", s)) && len(s) > 4 {
				lines = append(lines, s+": "+line)
			}
		}
		for _, name := range []string{"Ana", "Ben", "Cai", "Dan", "Eva", "Rosa", "Carla", "Gil"} {
			if regexp.MustCompile(`\b` + name + `\b`).MatchString(line) {
				lines = append(lines, name+": "+line)
			}
		}
	}
	return lines
}

// Nothing secret, no number and no words in a log, on failures too: whatever is done, and however Postgres fails in the middle of it. The
// stories are those of every effect. (DESIGN.md, rules 4 and 7)
func TestNoLogTellsAnythingWhenPostgresBreaks(t *testing.T) {
	for name, s := range scenes() {
		t.Run(name, func(t *testing.T) {
			var u *unhappy
			s.play(t, func(h *house) *carrierAgain {
				u = h.breaks(t)
				c := &carrierAgain{house: h, t: t, reached: map[string]bool{}}
				h.each = func(in Inbound, r Reply) {
					u.heard(in, r)
					c.told = append(c.told, r.Text())
				}
				return c
			})
			if u.failed == 0 {
				t.Error("nothing failed, and nothing was logged")
			}
			for _, line := range u.shown() {
				t.Error(line)
			}
		})
	}
}
