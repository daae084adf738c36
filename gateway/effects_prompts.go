package gateway

import "hotline/flows"

// promptsEffects: recording what flows or a notice say.
func promptsEffects() map[string]effect {
	is := shapes()
	return map[string]effect{
		// By a call that was opened to record (effect_prompts.go).
		"open_prompts": {flows.Effect{
			Args:     takes{"pin": flows.TypeCode}, // eight digits, of `hotline prompts record` or `hotline broadcast record`
			Outcomes: comes{"opened": brings{"language": is.name, "left": {Type: flows.TypeNumber, Most: mostPrompts}, "notice": is.count}, "wrong": nil},
		}, (*playing).openPrompts},
		"next_prompt": {flows.Effect{
			Args:     takes{"after": flows.TypeNumber},
			Outcomes: comes{"found": brings{"number": {Type: flows.TypeNumber, Most: mostPrompts}, "language": is.name}, "done": nil, "closed": nil},
		}, (*playing).nextPrompt},
		"play_back": {flows.Effect{
			Args:     takes{"what": flows.TypeSaid},
			Outcomes: comes{"played": nil},
		}, (*playing).playBack},
		"keep_prompt": {flows.Effect{
			Args:     takes{"number": flows.TypeNumber, "what": flows.TypeSaid},
			Outcomes: comes{"kept": nil, "closed": nil},
		}, (*playing).keepPrompt},
	}
}
