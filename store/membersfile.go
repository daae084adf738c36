package store

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A members file is a table in CSV, as spreadsheets save it ("CSV UTF-8"): separated by commas, semicolons or tabs, with a first
// line that names its columns, in any order. At most 10 MB.
//
//	name        needed; as the person wants to be called
//	phone       needed; in the form people dial it there, or with + and the country's code. Two people may share one
//	language    en, es, quc …; empty: they will be asked
//	workplace   as organizers call it
//	standing    member (if empty: whoever imports the list vouches for it), or listed
//	agreed_how  how they agreed to hear from us: "sign-up sheet, May 1"
//	agreed_on   when: 2026-05-01
//	agreed_to   what to: texts, calls or both; with alerts at any hour where they chose those too: texts+alerts
//
// The last three stand together or not at all. Who did not agree is imported, and is not to be contacted.
const maxMembersFile = 10 << 20

// MemberRow is one person of a members file.
type MemberRow struct {
	Line      int // of the file, from 1
	Name      string
	Phone     Phone
	Language  string // empty: not said
	Workplace string
	Standing  Standing
	Agreed    *Agreement // nil: not to be contacted
}

// Agreement is how, when and to what somebody agreed.
type Agreement struct {
	How      string
	On       time.Time // a day, in UTC
	Channels []string  // ByText, ByVoice
	Alerts   bool      // they chose alerts too, by the same channels
}

// RowError says why a row cannot be imported. It quotes no number.
type RowError struct {
	Line   int
	Reason string
}

func (e RowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// ParseMembers reads a members file whose national numbers are of region ("US"). Where any row is bad, all bad ones are listed and
// there are no rows. err is a Refusal where it is no such file at all.
func ParseMembers(r io.Reader, region string, today time.Time) (rows []MemberRow, bad []RowError, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxMembersFile+1))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the members file: %w", err)
	}
	if data, err = plainText(data); err != nil {
		return nil, nil, err
	}
	table := csv.NewReader(bytes.NewReader(data))
	table.Comma = separator(data)
	table.FieldsPerRecord = -1 // each row says itself what is wrong with it
	first, err := table.Read()
	if err != nil {
		return nil, nil, refuse("the members file has no first line with the names of its columns")
	}
	head, err := readHead(first)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]int{}
	for {
		record, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if syntax := new(csv.ParseError); errors.As(err, &syntax) {
			bad = append(bad, RowError{syntax.StartLine, "its quotes are not closed, or stand inside a cell: " + syntax.Err.Error()})
			break // where the next row begins is anybody's guess
		}
		if err != nil {
			return nil, nil, fmt.Errorf("reading the members file: %w", err)
		}
		line, _ := table.FieldPos(0)
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue
		}
		row, reason := readRow(head, record, region, today)
		if reason == "" {
			key := foldName(row.Name) + "\x00" + row.Phone.String()
			if earlier, twice := seen[key]; twice {
				reason = fmt.Sprintf("the same name and number stand in line %d", earlier)
			}
			seen[key] = line
		}
		if reason != "" {
			bad = append(bad, RowError{line, reason})
			continue
		}
		row.Line = line
		rows = append(rows, row)
	}
	if len(bad) > 0 {
		return nil, bad, nil
	}
	return rows, nil, nil
}

// plainText refuses what spreadsheets save when they are not asked for UTF-8.
func plainText(data []byte) ([]byte, error) {
	const saveAs = `; save it again as "CSV UTF-8"`
	switch {
	case len(data) > maxMembersFile:
		return nil, refuse("the members file is larger than %d MB", maxMembersFile>>20)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return nil, refuse("the members file is in UTF-16" + saveAs)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, refuse("the members file is a spreadsheet, not CSV" + saveAs)
	case bytes.IndexByte(data, 0) >= 0, !utf8.Valid(data):
		return nil, refuse("the members file is not in UTF-8" + saveAs)
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// separator is the one that the first line has most of.
func separator(data []byte) rune {
	first, _ := bufio.NewReader(bytes.NewReader(data)).ReadString('\n')
	best := ','
	for _, sep := range []rune{';', '\t'} {
		if strings.Count(first, string(sep)) > strings.Count(first, string(best)) {
			best = sep
		}
	}
	return best
}

// membersHead is the place of each column, and how many cells the first line has.
type membersHead struct {
	place map[string]int
	width int
}

func readHead(cells []string) (membersHead, error) {
	known := []string{"name", "phone", "language", "workplace", "standing", "agreed_how", "agreed_on", "agreed_to"}
	head := membersHead{place: map[string]int{}, width: len(cells)}
	for i, cell := range cells {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(cell)), " ", "_")
		if name == "" {
			continue
		}
		if !slices.Contains(known, name) {
			return head, refuse("the members file has a column %q; there are: %s", cell, strings.Join(known, ", "))
		}
		if _, twice := head.place[name]; twice {
			return head, refuse("the members file has two columns %q", name)
		}
		head.place[name] = i
	}
	for _, needed := range known[:2] {
		if _, ok := head.place[needed]; !ok {
			return head, refuse("the members file has no column %q", needed)
		}
	}
	return head, nil
}

// readRow reads one row, or says why it cannot.
func readRow(head membersHead, record []string, region string, today time.Time) (row MemberRow, reason string) {
	if len(record) > head.width && strings.TrimSpace(strings.Join(record[head.width:], "")) != "" {
		return row, "it has more cells than there are columns"
	}
	cell := func(name string) string {
		if i, ok := head.place[name]; ok && i < len(record) {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	var err error
	if row.Name, err = cleanName(cell("name")); err != nil {
		return row, err.Error()
	}
	if cell("phone") == "" {
		return row, "it has no phone"
	}
	if row.Phone, err = ParsePhone(cell("phone"), region); err != nil {
		return row, err.Error()
	}
	if row.Phone.Costly() {
		return row, "its number is one that costs extra to call or text, or is no person's phone: it is never called or texted from here"
	}
	if row.Language = strings.ToLower(cell("language")); row.Language != "" {
		if err := checkLanguage(row.Language); err != nil {
			return row, err.Error()
		}
	}
	if row.Workplace = cell("workplace"); len(row.Workplace) > 200 {
		return row, "its workplace is longer than 200 letters"
	}
	switch standing := Standing(strings.ToLower(cell("standing"))); standing {
	case "", StandsMember:
		row.Standing = StandsMember
	case Listed:
		row.Standing = Listed
	default:
		return row, fmt.Sprintf("its standing is %q, and not member or listed", standing)
	}
	row.Agreed, reason = readAgreement(cell("agreed_how"), cell("agreed_on"), cell("agreed_to"), today)
	return row, reason
}

func readAgreement(how, on, to string, today time.Time) (*Agreement, string) {
	if how == "" && on == "" && to == "" {
		return nil, ""
	}
	if how == "" || on == "" || to == "" {
		return nil, "it must say how, when and to what they agreed, or nothing of the three"
	}
	day, err := time.Parse(time.DateOnly, on)
	if err != nil {
		return nil, fmt.Sprintf("agreed_on is %q, and not a day such as 2026-05-01", on)
	}
	if day.After(today) {
		return nil, fmt.Sprintf("they cannot have agreed on %s: that is still to come", on)
	}
	a := &Agreement{How: how, On: day}
	by, and, also := strings.Cut(strings.ToLower(to), "+")
	if a.Alerts = also; also && strings.TrimSpace(and) != "alerts" {
		by = ""
	}
	switch strings.TrimSpace(by) {
	case "texts":
		a.Channels = []string{ByText}
	case "calls":
		a.Channels = []string{ByVoice}
	case "both":
		a.Channels = []string{ByText, ByVoice}
	default:
		return nil, fmt.Sprintf("agreed_to is %q, and not texts, calls or both; where they chose alerts too, texts+alerts", to)
	}
	return a, ""
}
