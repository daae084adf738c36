package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// page cuts one page from a list, newest first, and writes it in Twilio's shape. The token
// of a next page is the SID before it, so what arrives meanwhile shifts nothing.
func page[T any](r *http.Request, name string, items []T, sid func(T) string, show func(T) any) (reply, *apiError) {
	query := r.URL.Query()
	size := 50
	if v := query.Get("PageSize"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return reply{}, refusal400(20001, "PageSize %q is not a number from 1", v)
		}
		size = min(n, 1000)
	}
	number, _ := strconv.Atoi(query.Get("Page")) // informative only: the token decides
	if token := query.Get("PageToken"); token != "" {
		i := slices.IndexFunc(items, func(item T) bool { return sid(item) == token })
		items = items[i+1:]
	}
	var next any
	if len(items) > size {
		items = items[:size]
		next = pageURI(r, size, number+1, sid(items[size-1]))
	}
	shown := make([]any, len(items))
	for i, item := range items {
		shown[i] = show(item)
	}
	return reply{json: map[string]any{
		name: shown, "page": number, "page_size": size, "start": number * size, "end": number*size + max(0, len(shown)-1),
		"uri": r.URL.RequestURI(), "first_page_uri": pageURI(r, size, 0, ""), "next_page_uri": next, "previous_page_uri": nil,
	}}, nil
}

func pageURI(r *http.Request, size, number int, token string) string {
	query := cloneValues(r.URL.Query())
	query.Set("PageSize", strconv.Itoa(size))
	query.Set("Page", strconv.Itoa(number))
	query.Del("PageToken")
	if token != "" {
		query.Set("PageToken", token)
	}
	return (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String()
}

// dateFilter keeps what falls in the days asked for. Days are whole, and GMT; "after" and
// "before" include their day.
type dateFilter struct{ on, from, to string }

// newDateFilter reads name, name> and name< of a query. In a URL "DateSent>=2026-11-01"
// is a parameter called "DateSent>".
func newDateFilter(query url.Values, name string) (dateFilter, *apiError) {
	var f dateFilter
	for suffix, day := range map[string]*string{"": &f.on, ">": &f.from, "<": &f.to} {
		v := query.Get(name + suffix)
		if v == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, v)
		if err != nil {
			t, err = time.Parse(time.RFC3339, strings.ReplaceAll(v, " ", "+"))
		}
		if err != nil {
			return f, refusal400(20001, "%s%s is no date", name, suffix)
		}
		*day = t.UTC().Format(time.DateOnly)
	}
	return f, nil
}

func (f dateFilter) keeps(t time.Time) bool {
	if f == (dateFilter{}) {
		return true
	}
	day := t.UTC().Format(time.DateOnly)
	return !t.IsZero() && (f.on == "" || day == f.on) && (f.from == "" || day >= f.from) && (f.to == "" || day <= f.to)
}
