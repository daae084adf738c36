package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"hotline/flows"
)

// checked is everything that a check came to.
type checked struct {
	findings flows.Findings // in the flows
	allowed  flows.Findings // that a flow allows: the message is the reason
	talks    []flows.Failure
	given    []string // files on the command line: findings name them as they were given
	wrong    problems // in the configuration
	right    []string // sentences on what is
	coverage []flows.Coverage
}

// err counts what is wrong; what a person should look at counts as well, until it is mended or allowed.
func (c *checked) err() error {
	if n := len(c.findings) + len(c.talks) + len(c.wrong); n > 0 {
		return fmt.Errorf("%s not right", count(n, "thing is", "things are"))
	}
	return nil
}

// print tells it in sentences.
func (c *checked) print(w *world) {
	w.printCoverage(c.coverage)
	for _, sentence := range c.right {
		w.say("%s", sentence)
	}
	for _, f := range c.findings {
		w.say("%s", c.placed(f))
	}
	for _, f := range c.talks {
		f.Finding = c.placed(f.Finding)
		w.say("%s", f)
	}
	for _, sentence := range c.wrong {
		w.say("%s", sentence)
	}
}

// placed is a finding in the file that was given, so that whoever reads it can open it.
func (c *checked) placed(f flows.Finding) flows.Finding {
	for _, path := range c.given {
		if filepath.Base(path) == f.File {
			f.File = filepath.ToSlash(path)
		}
	}
	return f
}

// transcript is the rule under which a transcript that went differently is told to programs.
const transcript = "transcript"

// findingJSON is a finding for programs. Lines and columns count from 1.
type findingJSON struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"` // error, warning
	Message  string `json:"message,omitempty"`
	Reason   string `json:"reason,omitempty"` // of one that is allowed
	Diff     string `json:"diff,omitempty"`   // of a transcript
}

// printJSON tells it to programs.
func (c *checked) printJSON(out io.Writer) error {
	all := struct {
		Findings []findingJSON  `json:"findings"`
		Allowed  []findingJSON  `json:"allowed"`
		Wrong    []string       `json:"wrong"` // in the configuration
		Right    []string       `json:"right"`
		Coverage []coverageJSON `json:"coverage,omitempty"`
	}{[]findingJSON{}, []findingJSON{}, append([]string{}, c.wrong...), append([]string{}, c.right...), coverageForPrograms(c.coverage)}
	for _, f := range c.findings {
		f = c.placed(f)
		all.Findings = append(all.Findings, findingJSON{File: f.File, Line: f.Line, Column: f.Column, Rule: f.Rule, Severity: string(f.Severity), Message: f.Message})
	}
	for _, f := range c.talks {
		at := c.placed(f.Finding)
		all.Findings = append(all.Findings, findingJSON{File: at.File, Line: at.Line, Column: at.Column, Rule: transcript, Severity: string(flows.Error),
			Message: at.Message, Diff: strings.Join(f.Diff, "\n")})
	}
	for _, f := range c.allowed {
		f = c.placed(f)
		all.Allowed = append(all.Allowed, findingJSON{File: f.File, Line: f.Line, Column: f.Column, Rule: f.Rule, Severity: string(f.Severity), Reason: f.Message})
	}
	return printJSON(out, all)
}

// elsewhere is the rule under which SARIF shows what is not in the words of a flow.
const elsewhere = "elsewhere"

// SARIF 2.1.0, as far as editors and reviews read it. (OASIS, "Static Analysis Results Interchange Format")
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string       `json:"id"`
		Short   sarifText    `json:"shortDescription"`
		Default sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// printSARIF tells it to editors and reviews.
func (c *checked) printSARIF(out io.Writer) error {
	driver := sarifDriver{Name: "hotline", Rules: []sarifRule{}}
	about := map[string]string{}
	for _, r := range flows.Rules() {
		driver.Rules = append(driver.Rules, sarifRule{r.Name, sarifText{r.About}, sarifDefault{string(r.Severity)}})
		about[r.Name] = r.About
	}
	driver.Rules = append(driver.Rules, sarifRule{transcript, sarifText{"Transcripts go as written."}, sarifDefault{string(flows.Error)}},
		sarifRule{elsewhere, sarifText{"The configuration belongs together."}, sarifDefault{string(flows.Error)}})
	results := []sarifResult{}
	for _, f := range c.findings {
		results = append(results, sarifResult{RuleID: f.Rule, Level: string(f.Severity), Message: sarifText{f.Message}, Locations: c.sarifAt(f)})
	}
	for _, f := range c.talks {
		results = append(results, sarifResult{RuleID: transcript, Level: string(flows.Error), Message: sarifText{strings.Join(append([]string{f.Message}, f.Diff...), "\n")},
			Locations: c.sarifAt(f.Finding)})
	}
	for _, f := range c.allowed {
		results = append(results, sarifResult{RuleID: f.Rule, Level: string(f.Severity), Message: sarifText{about[f.Rule]}, Locations: c.sarifAt(f),
			Suppressions: []sarifSuppression{{"inSource", f.Message}}})
	}
	for _, sentence := range c.wrong {
		results = append(results, sarifResult{RuleID: elsewhere, Level: string(flows.Error), Message: sarifText{sentence}})
	}
	return printJSON(out, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{{sarifTool{driver}, results}}})
}

func (c *checked) sarifAt(f flows.Finding) []sarifLocation {
	f = c.placed(f)
	return []sarifLocation{{sarifPhysical{sarifArtifact{f.File}, sarifRegion{f.Line, f.Column}}}}
}
