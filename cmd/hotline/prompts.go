package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"hotline/flows"
	"hotline/store"
)

// promptJSON is one piece of the flows' words, and whether it has been recorded, for programs.
type promptJSON struct {
	Key   string     `json:"key"`
	State string     `json:"state"` // recorded, fetching (it lies at the carrier), missing, stale (the flows have other words now)
	Where string     `json:"where"` // "door.welcome"; empty where it is stale
	In    string     `json:"in"`    // the language of words
	Words string     `json:"words"`
	Own   string     `json:"own,omitempty"` // the whole text in the language itself, where the flows have it in writing
	By    string     `json:"by,omitempty"`
	At    *time.Time `json:"at,omitempty"`
}

// promptsRecord prints digits for one call.
func promptsRecord(fs *flag.FlagSet) action {
	changes(fs)
	lang := fs.String("language", "", "which `LANGUAGE`, by two or three letters, such as quc")
	called := fs.String("called", "", "what its speakers call it, in a `WORD` or two; for a language that the flows do not have")
	back := fs.String("falls-back", "", "the `LANGUAGES` that say what is not recorded (es,en); for a language that the flows do not have")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if *lang == "" {
			return misused("prompts record needs --language")
		}
		set, err := d.cfg.loadFlows()
		if err != nil {
			return err
		}
		own, err := d.recordedLanguage(ctx, set, strings.ToLower(*lang), *called, *back)
		if err != nil {
			return err
		}
		number, err := d.lineToCall(ctx)
		if err != nil {
			return err
		}
		var digits string
		err = d.change(ctx, "prompts.record", func(tx pgx.Tx, by store.Organizer) (string, error) {
			if own.Name != "" {
				if err := d.store.AddRecordedLanguage(ctx, tx, own); err != nil {
					return "", err
				}
			}
			digits, err = d.store.AddPromptPin(ctx, tx, store.RecordingPin{Assembly: d.assembly.ID, Organizer: by.ID, Lang: own.Lang}, d.now())
			return own.Lang, err
		})
		if err != nil {
			return err
		}
		return d.told(map[string]string{"language": own.Lang, "pin": digits, "line": number},
			"%s\nCall %s, press # twice at any question, and key these eight digits. They open one call, within a day; five wrong ones close them.\n"+
				"You hear what the line says, piece by piece, and say it in %s. What you keep is heard within a minute.", inFours(digits), number, cmp.Or(own.Name, set.LanguageName(flows.Lang(own.Lang))))
	})
}

// inFours is a code as people read it.
func inFours(digits string) string { return digits[:4] + " " + digits[4:] }

// lineToCall is a number that serves the assembly.
func (d *desk) lineToCall(ctx context.Context) (string, error) {
	lines, err := d.lines(ctx)
	if err != nil {
		return "", err
	}
	if len(lines) == 0 {
		return "", errNoLine
	}
	return lines[0].Number, nil
}

// recordedLanguage is a language to be recorded: one of the flows' (then only its letters count), or one of recordings alone, which is
// named the first time.
func (d *desk) recordedLanguage(ctx context.Context, set *flows.Set, lang, called, back string) (store.RecordedLanguage, error) {
	none := store.RecordedLanguage{}
	if set.LanguageName(flows.Lang(lang)) != "" {
		if called != "" || back != "" {
			return none, misused("the flows have words in %s already: leave --called and --falls-back out", lang)
		}
		return store.RecordedLanguage{Lang: lang}, nil
	}
	all, err := d.store.RecordedLanguages(ctx, d.store.Pool)
	if err != nil {
		return none, err
	}
	l := store.RecordedLanguage{Lang: lang}
	if i := slices.IndexFunc(all, func(had store.RecordedLanguage) bool { return had.Lang == lang }); i >= 0 {
		l = all[i]
	}
	l.Name = cmp.Or(called, l.Name)
	if back != "" {
		l.Instead = strings.FieldsFunc(strings.ToLower(back), func(r rune) bool { return r == ',' || r == ' ' })
	}
	if l.Name == "" || len(l.Instead) == 0 {
		return none, misused("the flows have no words in %s: say --called, what its speakers call it, and --falls-back, the languages that say what is not recorded", lang)
	}
	if len(set.Snippets(recordedOf(l))) == 0 {
		return none, fmt.Errorf("none of %s can say what is not recorded: name a language with a voice that is complete for all flows, such as es or en", joined(l.Instead))
	}
	return l, nil
}

func recordedOf(l store.RecordedLanguage) flows.Recorded {
	r := flows.Recorded{Lang: flows.Lang(l.Lang), Name: l.Name}
	for _, lang := range l.Instead {
		r.Instead = append(r.Instead, flows.Lang(lang))
	}
	return r
}

// promptsList shows what is recorded of a language, what is missing, and what has other words now.
func promptsList(fs *flag.FlagSet) action {
	lang := fs.String("language", "", "which `LANGUAGE`")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if *lang == "" {
			return misused("prompts list needs --language")
		}
		return listing[promptJSON, promptJSON]{
			none: "Nothing can be recorded.",
			head: []string{"State", "Where", "By", "Words"},
			all: func(ctx context.Context, d *desk) ([]promptJSON, error) {
				return d.prompts(ctx, strings.ToLower(*lang))
			},
			row: func(_ *desk, p promptJSON) []string {
				words := p.Words
				if p.Own != "" {
					words += " (" + p.Own + ")"
				}
				return []string{p.State, p.Where, cmp.Or(p.By, "-"), words}
			},
			asJSON: func(_ *desk, p promptJSON) promptJSON { return p },
		}.print(ctx, d, args)
	})
}

func (d *desk) prompts(ctx context.Context, lang string) ([]promptJSON, error) {
	set, err := d.cfg.loadFlows()
	if err != nil {
		return nil, err
	}
	recorded, err := d.store.RecordedPrompts(ctx, d.store.Pool, lang)
	if err != nil {
		return nil, err
	}
	l, err := d.recordedLanguage(ctx, set, lang, "", "")
	if misuse := usageError(""); errors.As(err, &misuse) {
		return nil, fmt.Errorf("%s is not a language of the flows, and nobody has begun to record it: see `hotline prompts record`", lang)
	} else if err != nil {
		return nil, err
	}
	by := map[string]store.RecordedPrompt{}
	for _, p := range recorded {
		by[p.Key] = p
	}
	var all []promptJSON
	for _, s := range set.Snippets(recordedOf(l)) {
		one := promptJSON{Key: s.Key, State: "missing", Where: s.Where, In: string(s.Lang), Words: s.Words, Own: s.Own}
		if p, ok := by[s.Key]; ok {
			one.State, one.By, one.At = "recorded", p.By, optional(p.At, d.zone)
			if p.Sound == "" {
				one.State = "fetching"
			}
			delete(by, s.Key)
		}
		all = append(all, one)
	}
	for _, p := range recorded {
		if _, left := by[p.Key]; left {
			all = append(all, promptJSON{Key: p.Key, State: "stale", By: p.By, At: optional(p.At, d.zone)})
		}
	}
	return all, nil
}

// promptsRemove takes recordings out of use: those of words that the flows do not have any more, of one step, or all.
func promptsRemove(fs *flag.FlagSet) action {
	changes(fs)
	lang := fs.String("language", "", "which `LANGUAGE`")
	where := fs.String("where", "", "only what is said at one `PLACE`, such as door.welcome")
	stale := fs.Bool("stale", false, "only recordings of words that the flows do not have any more")
	all := fs.Bool("all", false, "all recordings of the language")
	return onRecords(fs, func(ctx context.Context, d *desk, args []string) error {
		if *lang == "" || *where == "" && !*stale && !*all {
			return misused("prompts remove needs --language, and one of --where, --stale and --all")
		}
		listed, err := d.prompts(ctx, strings.ToLower(*lang))
		if err != nil {
			return err
		}
		keys := []string{}
		for _, p := range listed {
			if p.State != "missing" && (*all || *stale && p.State == "stale" || *where != "" && p.Where == *where) {
				keys = append(keys, p.Key)
			}
		}
		n := 0
		err = d.change(ctx, "prompts.remove", func(tx pgx.Tx, _ store.Organizer) (string, error) {
			n, err = d.store.RemovePrompts(ctx, tx, strings.ToLower(*lang), keys, d.now())
			return strings.ToLower(*lang), err
		})
		if err != nil {
			return err
		}
		return d.told(map[string]int{"removed": n}, "%s removed. They are heard no more within a few seconds, and erased within two days.", count(n, "recording is", "recordings are"))
	})
}

// tongues are the languages in which somebody is answered: those of the flows in force, and those of recordings alone.
func (d *desk) tongues(ctx context.Context, set *flows.Set) ([]string, error) {
	all := languagesOf(set)
	recorded, err := d.store.RecordedLanguages(ctx, d.store.Pool)
	if err != nil {
		return nil, err
	}
	for _, l := range recorded {
		if !slices.Contains(all, l.Lang) {
			all = append(all, l.Lang)
		}
	}
	return all, nil
}

// written are the languages of the lines that anybody writes: what organizers write has to be in all of them.
func (d *desk) written(ctx context.Context) ([]string, error) {
	all, err := d.languages(ctx)
	if err != nil {
		return nil, err
	}
	recorded, err := d.store.RecordedLanguages(ctx, d.store.Pool)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(lang string) bool {
		return slices.ContainsFunc(recorded, func(l store.RecordedLanguage) bool { return l.Lang == lang })
	}), nil
}
