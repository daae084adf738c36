package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// keysDestroy makes every number, name, report and vote unreadable for good, by destroying what opens them.
func keysDestroy(fs *flag.FlagSet) action {
	return onDatabase(fs, func(ctx context.Context, d *desk, _ []string) error {
		if err := d.anyHold(ctx); err != nil {
			return err
		}
		checks := d.store.Keys.Checks()
		mark := checks[len(checks)-1].Fingerprint()
		answer, err := d.ask(ctx, fmt.Sprintf("This destroys %s. Without it every number, name, report and vote in the database is lost, for you too.\n"+
			"Type its fingerprint, %s, to go on: ", d.cfg.Keys, mark))
		if err != nil {
			return err
		}
		if answer != mark {
			return errors.New("nothing was destroyed: that is not the fingerprint")
		}
		if err := overwrite(d.cfg.Keys); err != nil {
			return fmt.Errorf("destroying the key file: %w", err)
		}
		d.say("The key file is destroyed. A hotline that runs still holds the keys in memory: stop it now.")
		d.say("Copies on other media, in backups and on paper open everything still: destroy them too. What a disk has overwritten can")
		d.say("sometimes be found on it all the same, on flash most of all.")
		return nil
	})
}

// overwrite writes over a file, and removes it.
func overwrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, rand.Reader, info.Size())
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Remove(path)
}
