package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// newcomer is somebody in front of dev's page of phones, in a real browser.
type newcomer struct {
	*testing.T
	tab context.Context
}

// newNewcomer opens a page. What the console complains of, until the test ends, fails it.
func newNewcomer(t *testing.T, url string) *newcomer {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(errors.New("the page of phones is tested in a real browser: apt-get install chromium"))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox) // as root it wants no sandbox, and it sees no page but ours
	browser, _ := chromedp.NewExecAllocator(context.Background(), options...)
	tab, _ := chromedp.NewContext(browser)
	n := &newcomer{T: t, tab: tab}
	n.do(chromedp.EmulateViewport(1280, 1000))
	t.Cleanup(func() {
		if err := chromedp.Cancel(tab); err != nil {
			t.Error(err)
		}
	})
	complaints := chromedp.Console(tab)
	go func() {
		for m, err := range complaints {
			if err != nil {
				return
			}
			t.Errorf("console: %v", m)
		}
	}()
	n.do(chromedp.Navigate(url))
	n.until(`document.querySelectorAll("section.phone").length === 3`)
	return n
}

func (n *newcomer) do(steps ...chromedp.Action[chromedp.Void]) {
	n.Helper()
	if err := chromedp.Do(n.tab, steps...); err != nil {
		n.Fatal(err)
	}
}

// until waits for something to be true of the page.
func (n *newcomer) until(what string) {
	n.Helper()
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, err := chromedp.Run(n.tab, chromedp.Evaluate[bool]("Boolean("+what+")"))
		if err == nil && got {
			return
		}
		if time.Now().After(end) {
			words, _ := chromedp.Run(n.tab, chromedp.Evaluate[string]("document.body.innerText"))
			n.Fatalf("it does not come: %s (%v)\n%s", what, err, words)
		}
	}
}

// phonePart is a part of one of the phones that lie on the page, the first is 1.
func phonePart(phone int, part string) string {
	return fmt.Sprintf("section.phone:nth-of-type(%d) %s", phone, part)
}

func (n *newcomer) sees(phone int, words string) {
	n.Helper()
	quoted, err := json.Marshal(words)
	if err != nil {
		n.Fatal(err)
	}
	n.until(fmt.Sprintf("document.querySelector(%q).innerText.includes(%s)", phonePart(phone, ".screen"), quoted))
}

func (n *newcomer) texts(phone int, words string) {
	n.Helper()
	n.do(chromedp.Focus(phonePart(phone, ".compose textarea")), chromedp.KeyEvent(words), chromedp.Click(phonePart(phone, ".soft .left")))
}

func (n *newcomer) presses(phone int, keys string) {
	n.Helper()
	for _, key := range keys {
		n.do(chromedp.Click(phonePart(phone, fmt.Sprintf(`[data-key="%c"]`, key))))
	}
}

// chooses presses the key that the line has named together with some words.
func (n *newcomer) chooses(phone int, words string) {
	n.Helper()
	n.sees(phone, words)
	quoted, err := json.Marshal(words)
	if err != nil {
		n.Fatal(err)
	}
	key, err := chromedp.Run(n.tab, chromedp.Evaluate[string](fmt.Sprintf(
		`[...document.querySelectorAll(%q)].map((li) => li.innerText).filter((said) => said.includes(%s)).at(-1).match(/(?:press|oprima) (\d)/)[1]`,
		phonePart(phone, ".heard li"), quoted)))
	if err != nil {
		n.Fatal(err)
	}
	n.presses(phone, key)
}

// shows keeps a picture of the page in the folder HOTLINE_TEST_SCREENSHOTS, for people to look at.
func (n *newcomer) shows(name string) {
	n.Helper()
	folder := os.Getenv("HOTLINE_TEST_SCREENSHOTS")
	if folder == "" {
		return
	}
	n.do(chromedp.Sleep(200 * time.Millisecond))
	picture, err := chromedp.Run(n.tab, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600)
	}
	if err != nil {
		n.Error(err)
	}
}

// What a newcomer does first: dev, and its page. HOTLINE_TEST_SCREENSHOTS=folder keeps pictures of it.
func TestAnEveningOnThePage(t *testing.T) {
	e := newEvening(t)
	state := e.begin()
	t.Cleanup(func() { // when the page is closed
		if err := e.end(); err != nil {
			t.Error(err)
		}
	})
	n := newNewcomer(t, state.Phones)
	n.shows("1-first")
	n.do(chromedp.SetValue("#time", "waits"), chromedp.Evaluate[chromedp.Void](`document.querySelector("#time").dispatchEvent(new Event("change"))`))

	// Somebody whom nobody knows tells what happens, in one text, and a member votes in two.
	n.texts(1, "the lift in hall B is broken since Monday")
	n.sees(1, "We have it.")
	n.sees(1, "GSM-7")
	n.texts(1, "1") // done: then organizers see it
	n.sees(1, "May we text")
	n.texts(2, "VOTE")
	n.sees(2, "Shall we ask for heat breaks?")
	n.texts(2, "1")
	n.sees(2, "Not counted yet.")

	// Another calls, in Spanish.
	n.do(chromedp.Click(phonePart(3, "button.green")))
	n.chooses(3, "Para español")
	n.sees(3, "Para votar")
	n.shows("2-texts-and-call")

	// The line calls a phone.
	placeCall(t, state, "+12125550101")
	n.sees(2, "+12125550100 is calling")
	n.shows("3-ringing")
	n.do(chromedp.Click(phonePart(2, ".soft .left")))
	n.sees(2, "A message for the person who asked for it.")
	n.do(chromedp.Click(phonePart(2, "button.red")))
	n.sees(2, "You hung up.")

	// A call is recorded.
	n.do(chromedp.Click(phonePart(1, "button.green")))
	n.chooses(1, "For English")
	n.chooses(1, "To tell us what is happening")
	n.sees(1, "It records")
	n.do(chromedp.Focus(phonePart(1, ".say textarea")), chromedp.KeyEvent("the heat in hall B is unbearable since the fan broke"))
	n.shows("4-recording")
	n.presses(1, "#")
	n.sees(1, "You said: the heat in hall B")
	n.do(chromedp.Click(phonePart(1, "button.red")))
	n.sees(1, "You hung up.")
	n.shows("5-over")

	var out strings.Builder
	if err := run(t.Context(), &world{in: strings.NewReader(""), out: &out, err: &out, now: time.Now, name: "hotline"}, e.env,
		[]string{"report", "list", "--data", string(e.folder)}); err != nil || !strings.Contains(out.String(), "voice") || !strings.Contains(out.String(), "text") {
		t.Errorf("the reports: %v\n%s", err, out.String())
	}
	n.narrow(state)
}

// narrow looks at the same on a phone's own screen, and in Spanish.
func (n *newcomer) narrow(state devState) {
	n.do(chromedp.EmulateViewport(360, 740))
	n.until(`document.documentElement.scrollWidth <= 360`)
	n.shows("6-narrow")
	n.do(chromedp.SetValue("#language", "es"), chromedp.Evaluate[chromedp.Void](`document.querySelector("#language").dispatchEvent(new Event("change"))`))
	n.until(`document.documentElement.lang === "es" && document.documentElement.scrollWidth <= 360`)
	n.shows("7-narrow-es")
	n.do(chromedp.Navigate(state.Phones))
	n.until(`document.querySelectorAll("section.phone").length === 3`)
	n.sees(3, "Para votar") // the call is taken up
	n.sees(2, "Not counted yet.")
	n.shows("8-narrow-again")
}
