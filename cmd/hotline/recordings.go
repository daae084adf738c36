package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"hotline/store"
)

// tellSaid puts what was recorded, if anything was, into the JSON of a record, and gives it in words.
func (d *desk) tellSaid(ctx context.Context, id uuid.UUID, into **mediaJSON) (string, error) {
	if id == uuid.Nil {
		return "", nil
	}
	m, _, err := d.store.OpenMedia(ctx, d.store.Pool, id)
	if err != nil {
		return "", err
	}
	*into = &mediaJSON{string(m.Kind), string(m.State), m.Type, m.Seconds, optional(m.At, d.zone)}
	return describeMedia(m), nil
}

// saveSaid writes one recording into a new file.
func (d *desk) saveSaid(ctx context.Context, id uuid.UUID, path string) error {
	if id == uuid.Nil {
		return fmt.Errorf("nothing was written: this came without a recording")
	}
	m, data, err := d.store.OpenMedia(ctx, d.store.Pool, id)
	if err != nil {
		return err
	}
	if m.State != store.MediaKept {
		return fmt.Errorf("nothing was written: the recording is %s", m.State)
	}
	return d.saveNew(path, data)
}

// saveAll writes recordings into new files, numbered where there are several. uuid.Nil is none.
func (d *desk) saveAll(ctx context.Context, recordings []uuid.UUID, path string) error {
	written := 0
	for _, id := range recordings {
		if id == uuid.Nil {
			continue
		}
		_, data, err := d.store.OpenMedia(ctx, d.store.Pool, id)
		if err != nil {
			return fmt.Errorf("opening a recording: %w", err)
		}
		if data == nil {
			continue // still at the phone company, or lost
		}
		written++
		if err := d.saveNew(numberedFile(path, written), data); err != nil {
			return err
		}
	}
	if written == 0 {
		return errors.New("nothing was written: no recording is here")
	}
	return nil
}
