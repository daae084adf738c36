package flows

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
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
	t, ok := shape.Fields[path[0]]
	if !ok {
		return fmt.Errorf("there is no field %q%s", path[0], didYouMean(path[0], slices.Sorted(maps.Keys(shape.Fields))))
	}
	v := it[path[0]]
	err := put(&v, t, path[1:], written)
	it[path[0]] = v
	return err
}

// putWhole reads a value that has no parts.
func putWhole(v *Value, t Type, written string) (err error) {
	switch t {
	case TypeText, TypeCode, TypeSaid:
		v.Text = written
	case TypeNumber:
		v.Num, err = strconv.ParseInt(written, 10, 64)
	case TypeFlag:
		v.Flag, err = strconv.ParseBool(written)
	case TypeWords:
		v.Words = map[Lang]string{"": written}
	case TypeTime:
		i := strings.LastIndexByte(written, ' ')
		if i < 0 {
			return fmt.Errorf("a moment is %q and a zone, not %q", momentLayout, written)
		}
		zone, err := time.LoadLocation(written[i+1:])
		if err != nil {
			return err
		}
		at, err := time.ParseInLocation(momentLayout, written[:i], zone)
		v.Num, v.Zone = at.Unix(), written[i+1:]
		return err
	default:
		return fmt.Errorf("a %s is given field by field", t)
	}
	return err
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
	}
	if s == "" || strings.ContainsAny(s, " \"\n\t=") {
		return strconv.Quote(s)
	}
	return s
}
