package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clusterMajor is the major that made the cluster in data, 0 if there is none.
func clusterMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(data); err == nil {
			return 0, fmt.Errorf("%s is there but holds no Postgres cluster: move it aside, or choose another folder", data)
		}
		return 0, nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return 0, fmt.Errorf("%s belongs to another user: run as that user, or choose another folder", data)
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s/PG_VERSION holds no version: %w", data, err)
	}
	return major, nil
}

// initialize makes the cluster under another name and renames it once it is
// whole: where initdb was cut off, there is simply no cluster yet.
//
// --no-sync makes it quick. What a power cut in the first half minute after
// the very first start can take is a database that has just been made.
func (p *Postgres) initialize(ctx context.Context) error {
	if err := p.removeHalves(ctx); err != nil {
		return err
	}
	making, err := os.MkdirTemp(p.dir, "data.new-")
	if err != nil {
		return err
	}
	if err := p.account.own(making); err != nil {
		return err
	}
	log, err := openLog(p.log(), p.account)
	if err != nil {
		return err
	}
	defer log.Close()
	// Trust, because the way in is the folder of the socket, 0700. The locale
	// is C, so that the order of text does not change with the system's
	// libraries under an index.
	initdb, err := leash(p.account, log.File, p.erase(), filepath.Join(p.bin, "initdb"),
		"-D", making, "-U", superuser, "-A", "trust", "--locale=C", "-E", "UTF8", "--no-sync", "--no-instructions")
	if err != nil {
		return err
	}
	defer initdb.hold.Close()
	select {
	case <-initdb.done:
	case <-ctx.Done():
		initdb.hold.Close()
		<-initdb.done
		return fmt.Errorf("initdb: %w", ctx.Err())
	}
	if initdb.err != nil {
		return fmt.Errorf("initdb: %w%s", initdb.err, log.tail())
	}
	return os.Rename(making, p.data())
}

// removeHalves removes what interrupted starts left. The initdb of one whose
// process was killed a moment ago may still be writing there.
func (p *Postgres) removeHalves(ctx context.Context) error {
	halves, err := filepath.Glob(filepath.Join(p.dir, "data.new-*"))
	if err != nil {
		return err
	}
	for _, half := range halves {
		for tick := time.Tick(20 * time.Millisecond); ; {
			err := os.RemoveAll(half)
			if err == nil {
				break
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("removing what an interrupted start left: %w", err)
			case <-tick:
			}
		}
	}
	return nil
}
