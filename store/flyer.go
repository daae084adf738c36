package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"
)

// Flyer is a word on paper that lets a phone join by texting it. The word means nothing and belongs to a language; which flyer
// brought somebody is not kept on them.
type Flyer struct {
	ID           uuid.UUID
	Assembly     uuid.UUID
	AssemblyName string
	Above        string // the names of the assemblies above, which may write too: "City, State"; empty: none
	Line         string // the number it is sent to
	Word         string // as printed: upper case, no spaces
	Lang         string
	Joined       int  // how many did; 0 where fewer than FewestShown
	Ended        bool // it lets nobody join any more
}

// FewestShown is the smallest count of a flyer that is shown: less would point at somebody.
const FewestShown = 5

// NewFlyer is what organizers decide about a flyer.
type NewFlyer struct {
	Line     Line
	Assembly uuid.UUID // the line's, or one below it; uuid.Nil: the line's
	Word     string    // empty: drawn
	Lang     string
}

// AddFlyer adds a flyer.
func (s *Store) AddFlyer(ctx context.Context, q Querier, n NewFlyer) (Flyer, error) {
	if n.Assembly == uuid.Nil {
		n.Assembly = n.Line.AssemblyID
	}
	if err := checkLanguage(n.Lang); err != nil {
		return Flyer{}, err
	}
	word := FlyerWord(n.Word)
	if n.Word == "" {
		word = drawWord()
	}
	if err := checkWord(word); err != nil {
		return Flyer{}, err
	}
	tag, err := q.Exec(ctx, `insert into flyers (id, assembly_id, line_id, word, lang)
		select $1, $2, $3, $4, $5 where $2 in (select assemblies_below($6)) on conflict (line_id, word) do nothing`,
		newID(), n.Assembly, n.Line.ID, word, n.Lang, n.Line.AssemblyID)
	if err != nil {
		return Flyer{}, fmt.Errorf("adding a flyer: %w", err)
	}
	f, found, err := s.FlyerByWord(ctx, q, n.Line.ID, word)
	switch {
	case err != nil:
		return Flyer{}, err
	case tag.RowsAffected() == 1:
		return f, nil
	case !found:
		return Flyer{}, refuse("the line %s does not serve that assembly", n.Line.Number)
	}
	return Flyer{}, refuse("the word %s is taken on this line; choose another one, or none", word)
}

// Flyers lists the flyers of an assembly and those below it.
func (s *Store) Flyers(ctx context.Context, q Querier, assembly uuid.UUID) ([]Flyer, error) {
	return s.flyers(ctx, q, ` where f.assembly_id in (select assemblies_below($1)) order by a.name, f.created_at`, assembly)
}

// FlyerByWord finds the flyer whose word somebody wrote, however they wrote it, if it still lets people join.
func (s *Store) FlyerByWord(ctx context.Context, q Querier, line uuid.UUID, written string) (f Flyer, found bool, err error) {
	all, err := s.flyers(ctx, q, ` where f.line_id = $1 and f.word = $2 and f.ended_at is null`, line, FlyerWord(written))
	if err != nil || len(all) == 0 {
		return Flyer{}, false, err
	}
	return all[0], true, nil
}

// EndFlyer lets nobody join by a word any more.
func (s *Store) EndFlyer(ctx context.Context, q Querier, assembly uuid.UUID, word string) error {
	tag, err := q.Exec(ctx, `update flyers set ended_at = now() where assembly_id in (select assemblies_below($1)) and word = $2
		and ended_at is null`, assembly, FlyerWord(word))
	if err == nil && tag.RowsAffected() == 0 {
		return refuse("no flyer has the word %s", FlyerWord(word))
	}
	return wrap("ending a flyer", err)
}

func (s *Store) flyers(ctx context.Context, q Querier, where string, args ...any) ([]Flyer, error) {
	scan := func(r pgx.CollectableRow) (f Flyer, err error) {
		var above []string
		err = r.Scan(&f.ID, &f.Assembly, &f.AssemblyName, &f.Line, &f.Word, &f.Lang, &f.Joined, &f.Ended, &above)
		f.Above = strings.Join(above, ", ")
		if f.Joined < FewestShown {
			f.Joined = 0
		}
		return f, err
	}
	return list(ctx, q, "looking for flyers", scan, `select f.id, f.assembly_id, a.name, l.number, f.word, f.lang, f.joined, f.ended_at is not null,
			array(select up.name from assemblies_above(a.id) with ordinality as o(id, step) join assemblies up using (id)
				where up.id <> a.id and a.hears_above_at is not null order by o.step)
		from flyers f join assemblies a on a.id = f.assembly_id join lines l on l.id = f.line_id`+where, args...)
}

// FlyerWord is what somebody wrote in the form that is kept: upper case, plain width, no accents, letters and digits only.
func FlyerWord(written string) string {
	if len(written) > 200 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1 // an accent too: it stands beside its letter
	}, norm.NFKD.String(written))
}

// wordAlphabet has no two signs that a pen or an ear takes for each other, and no vowel, so that no word comes of it.
const wordAlphabet = "CDFHJKMNPRTWXY3479"

// drawWord draws six signs with a letter and a digit among them: one in thirty million.
func drawWord() string {
	for {
		b := make([]byte, 6)
		rand.Read(b)
		for i := range b {
			b[i] = wordAlphabet[int(b[i])%len(wordAlphabet)]
		}
		if word := string(b); checkWord(word) == nil {
			return word
		}
	}
}

// checkWord accepts a word and a number, or at least five mixed signs, of those that every phone can type. A digit in it keeps it
// apart from every word that a carrier or a flow acts on, a letter from every choice and code.
func checkWord(word string) error {
	letters := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, word)
	mixed := letters != "" && letters != word
	numbered := len(letters) >= 3 && strings.HasPrefix(word, letters) // SOL27
	plain := !strings.ContainsFunc(word, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
	if !plain || !mixed || len(word) > 16 || len(word) < 5 && !numbered {
		return refuse("%q cannot stand on a flyer: a word and a number, such as SOL27, or at least five letters (A to Z) and digits mixed", word)
	}
	if slices.Contains(carrierWords(), letters) {
		return refuse("%q cannot stand on a flyer: whoever forgets the number sends %s, on which phone companies act", word, letters)
	}
	return nil
}

// carrierWords are those that carriers act on before us. (Twilio, "Advanced Opt-Out": the default keywords.)
func carrierWords() []string {
	return []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "ARRET", "START", "YES", "UNSTOP", "HELP", "INFO"}
}
