package seal

import (
	"bufio"
	"bytes"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// The key file is text. Empty lines and lines that begin with # are comments; every other line is one version:
//
//	key 1 0f1e2d3c 4b5a6978 … (eight groups of eight hexadecimal digits) = 3f2a91c0
//
// The last group is the fingerprint. It is derived from the secret, tells nothing of it, and catches a mistake in a copy made by
// hand. Versions go from 1 to 255, each once, in rising order. Sealed with a passphrase, the same text stands inside an armored
// age file (scrypt), below the comments; `age --decrypt` opens it too.
const (
	secretSize  = 32
	maxVersion  = 255
	maxFileSize = 64 << 10
	armorBegin  = "-----BEGIN AGE ENCRYPTED FILE-----"
	// A second of one core: slow to guess, quick enough for every start.
	scryptWork = 18
)

var (
	// ErrPassphrase says that the key file is sealed and no passphrase, or a wrong one, was given.
	ErrPassphrase = errors.New("this key file is sealed with a passphrase, and the one given (if any) does not open it")
	// ErrExists says that a key file stands there already: keys are never overwritten.
	ErrExists = errors.New("there is a key file already, and keys are never overwritten: what they sealed would be lost")
)

// Load reads a key file. passphrase may be empty where the file is not sealed.
func Load(path, passphrase string) (*Keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the key file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("reading the key file: %w", err)
	}
	k, err := Parse(data, passphrase)
	if err != nil {
		return nil, fmt.Errorf("reading the key file %s: %w", path, err)
	}
	return k, nil
}

// Parse reads what Marshal wrote.
func Parse(data []byte, passphrase string) (*Keys, error) {
	if len(data) > maxFileSize {
		return nil, fmt.Errorf("it is longer than %d bytes, so it is no key file", maxFileSize)
	}
	if i := bytes.Index(data, []byte(armorBegin)); i >= 0 {
		opened, err := unsealFile(data[i:], passphrase)
		if err != nil {
			return nil, err
		}
		data = opened
	}
	k := &Keys{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		v, err := parseVersion(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(k.versions) > 0 && v.number <= k.versions[len(k.versions)-1].number {
			return nil, fmt.Errorf("line %d: version %d stands after version %d; versions rise", n, v.number, k.versions[len(k.versions)-1].number)
		}
		k.versions = append(k.versions, v)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(k.versions) == 0 {
		return nil, errors.New("no key stands in it; `hotline keys new` makes a key file")
	}
	return k, nil
}

// parseVersion reads one line. Its errors never quote the line: it is a secret.
func parseVersion(line string) (*version, error) {
	fields := strings.Fields(line)
	if len(fields) < 4 || fields[0] != "key" || fields[len(fields)-2] != "=" {
		return nil, errors.New("this is not `key <version> <64 hexadecimal digits> = <fingerprint>`")
	}
	number, err := strconv.Atoi(fields[1])
	if err != nil || number < 1 || number > maxVersion {
		return nil, fmt.Errorf("a version is a number from 1 to %d", maxVersion)
	}
	secret, err := hex.DecodeString(strings.Join(fields[2:len(fields)-2], ""))
	if err != nil || len(secret) != secretSize {
		return nil, fmt.Errorf("a key is %d hexadecimal digits", 2*secretSize)
	}
	v := newVersion(number, secret)
	want := strings.ToLower(fields[len(fields)-1])
	if subtle.ConstantTimeCompare([]byte(Fingerprint(v.check)), []byte(want)) != 1 {
		return nil, errors.New("the key and its fingerprint do not belong together: look for a copying mistake")
	}
	return v, nil
}

// Marshal writes the key file's text, sealed with passphrase where there is one.
func (k *Keys) Marshal(passphrase string) ([]byte, error) { return k.marshal(passphrase, scryptWork) }

func (k *Keys) marshal(passphrase string, work int) ([]byte, error) {
	var head, body bytes.Buffer
	head.WriteString(`# The keys of a Hotline. Whoever has this file and a copy of its database can read every number and every word in it.
# Whoever has the database alone can read nothing, and neither can you: without this file all of it is lost.
# Keep a copy where the database is not, on paper or other media. Do not edit it; lines are added by "hotline keys".
`)
	for _, v := range k.versions {
		fmt.Fprintf(&head, "# version %d has the fingerprint %s\n", v.number, Fingerprint(v.check))
		fmt.Fprintf(&body, "key %d", v.number)
		for part := range 8 {
			fmt.Fprintf(&body, " %x", v.secret[4*part:4*part+4])
		}
		fmt.Fprintf(&body, " = %s\n", Fingerprint(v.check))
	}
	if passphrase == "" {
		return append(head.Bytes(), body.Bytes()...), nil
	}
	sealed, err := sealFile(body.Bytes(), passphrase, work)
	if err != nil {
		return nil, fmt.Errorf("sealing the key file: %w", err)
	}
	return append(head.Bytes(), sealed...), nil
}

// Save writes a new key file that only its owner may read. It fails with ErrExists where a file stands.
func (k *Keys) Save(path, passphrase string) error {
	data, err := k.Marshal(passphrase)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("writing %s: %w", path, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("writing the key file: %w", err), os.Remove(path)) // half a key file would stand in the way
	}
	return nil
}

func sealFile(plain []byte, passphrase string, work int) ([]byte, error) {
	to, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	to.SetWorkFactor(work)
	var out bytes.Buffer
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, to)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(plain)
	if err = errors.Join(err, w.Close(), armored.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unsealFile(data []byte, passphrase string) ([]byte, error) {
	if passphrase == "" {
		return nil, ErrPassphrase
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(armor.NewReader(bytes.NewReader(data)), id)
	if wrong := new(age.NoIdentityMatchError); errors.As(err, &wrong) {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, maxFileSize+1))
}
