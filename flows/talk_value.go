package flows

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// momentLayout is how a transcript writes a moment, followed by its zone.
const momentLayout = "2006-01-02 15:04"

// put gives a part of a value, named by a dotted path, what a transcript wrote.
func put(v *Value, shape Shape, path []string, written string) error {
	switch {
	case shape.Type == TypeList && len(path) > 1:
		n, err := strconv.Atoi(path[0])
		if err != nil || n < 1 || n > len(v.List)+1 || n > mostOptions {
			return fmt.Errorf("items are numbered from 1 to %d, in order, and not %q", mostOptions, path[0])
		}
		if n > len(v.List) {
			v.List = append(v.List, Item{})
		}
		return putField(v.List[n-1], shape, path[1:], written)
	case shape.Type == TypeItem && len(path) > 0:
		if v.Item == nil {
			v.Item = Item{}
		}
		return putField(v.Item, shape, path, written)
	case shape.Type == TypeWords && len(path) == 1:
		if v.Words == nil {
			v.Words = map[Lang]string{}
		}
		v.Words[Lang(path[0])] = written
		return nil
	case len(path) > 0:
		return fmt.Errorf("a %s has no %q", shape.Type, strings.Join(path, "."))
	}
	return putWhole(v, shape.Type, written)
}

func putField(it Item, shape Shape, path []string, written string) error {
	of, ok := shape.Fields[path[0]]
	if !ok {
		return fmt.Errorf("there is no field %q%s", path[0], didYouMean(path[0], slices.Sorted(maps.Keys(shape.Fields))))
	}
	v := it[path[0]]
	err := put(&v, of, path[1:], written)
	it[path[0]] = v
	return err
}

// putWhole reads a value that has no parts.
func putWhole(v *Value, t Type, written string) (err error) {
	switch t {
	case TypeCode:
		if v.Text = written; strings.Trim(written, "0123456789") != "" {
			return fmt.Errorf("a code is written in digits, and not %q", written)
		}
	case TypeText, TypeSaid:
		v.Text = written
	case TypeNumber:
		if v.Num, err = strconv.ParseInt(written, 10, 64); err != nil {
			return fmt.Errorf("a number is written in digits, and not %q", written)
		}
	case TypeFlag:
		if v.Flag = written == "true"; !v.Flag && written != "false" {
			return fmt.Errorf("it is true or false, and not %q", written)
		}
	case TypeWords:
		v.Words = map[Lang]string{"": written}
	case TypeTime:
		i := strings.LastIndexByte(written, ' ')
		if i < 0 {
			return fmt.Errorf("a moment is written 2026-11-27 19:00 America/New_York, and not %q", written)
		}
		zone, err := time.LoadLocation(written[i+1:])
		if err != nil {
			return fmt.Errorf("there is no time zone %q; they are called like America/New_York, or UTC", written[i+1:])
		}
		at, err := time.ParseInLocation(momentLayout, written[:i], zone)
		if err != nil {
			return fmt.Errorf("a moment is written 2026-11-27 19:00 America/New_York, and not %q", written)
		}
		v.Num, v.Zone = at.Unix(), written[i+1:]
	default:
		return fmt.Errorf("a %s is given field by field", t)
	}
	return err
}

// bring gives what an outcome brings a value, or a part of one.
func bring(values map[string]Value, shapes map[string]Shape, b pair) error {
	path := strings.Split(b.name, ".")
	shape, ok := shapes[path[0]]
	if !ok {
		return fmt.Errorf("it brings no %q%s", path[0], didYouMean(path[0], slices.Sorted(maps.Keys(shapes))))
	}
	v := values[path[0]]
	if err := put(&v, shape, path[1:], b.value); err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	values[path[0]] = v
	return nil
}

// shown is a value as a transcript writes it.
func shown(v Value, t Type) string {
	s := v.Text
	switch {
	case t == TypeNumber:
		s = strconv.FormatInt(v.Num, 10)
	case t == TypeFlag:
		s = strconv.FormatBool(v.Flag)
	case t == TypeSaid && v.Rec != "":
		s = v.Rec
	case t == TypeTime:
		s = shownTime(v)
	}
	plain := func(r rune) bool { return r > ' ' && r != '"' && r != '=' && unicode.IsPrint(r) && r != utf8.RuneError }
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// shownTime is a moment as it is written; none is empty.
func shownTime(v Value) string {
	zone, err := time.LoadLocation(v.Zone)
	if v.Zone == "" || err != nil {
		return ""
	}
	return time.Unix(v.Num, 0).In(zone).Format(momentLayout) + " " + v.Zone
}
