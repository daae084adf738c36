package store

import (
	"context"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"
)

// Twelve digits as people copy them: in fours, in one, with dots or dashes.
var likeCode = regexp.MustCompile(`\d(?:[ .\-]{0,2}\d){11,}`)

const (
	lengthOfCode = 12
	hiddenCode   = "(...)"
)

// HideCodes takes out of words that others will read what opens a report: whoever comes back to one may write its code among other words,
// or while another report is open. Only codes that there are go, so that a number of twelve digits that is none stays as it was written.
func (s *Store) HideCodes(ctx context.Context, q Querier, words string) (string, error) {
	plain := norm.NFKC.String(words)
	var indexes [][]byte
	written := map[string][]string{} // by their index
	for _, one := range likeCode.FindAllString(plain, -1) {
		if digits := onlyDigits(one); len(digits) == lengthOfCode {
			index := s.codeIndex(digits)
			indexes, written[string(index)] = append(indexes, index), append(written[string(index)], one)
		}
	}
	if len(indexes) == 0 {
		return words, nil
	}
	real, err := list(ctx, q, "looking for codes among words", pgx.RowTo[[]byte], `select code_index from reports where code_index = any($1)`, indexes)
	if err != nil || len(real) == 0 {
		return words, err
	}
	for _, index := range real {
		for _, one := range written[string(index)] {
			plain = strings.ReplaceAll(plain, one, hiddenCode)
		}
	}
	return plain, nil
}
