// Command engine is the stock engine of the pipeline with two outputs more, `judge` and `judge_batches`,
// which acknowledge or reject each delivery by a rule and write a line of JSON for it. The engine hands
// `judge` single messages, which takes a stage of its own before it; `judge_batches` it hands batches,
// of one message each, as it does `http_client`. Everything else is the engine's own command line:
// `engine run FILE`, `engine lint FILE`.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"
)

// longest is how much of a payload a line holds, in bytes.
const longest = 256

// rule decides which deliveries are rejected.
type rule struct {
	kind   string // all, none, first, every, word
	number int
	word   string
}

// rejects says what the rule does with the attempt at this payload, which is the count-th delivery of all.
func (r rule) rejects(payload string, attempt, count int) bool {
	switch r.kind {
	case "none":
		return true
	case "first":
		return attempt <= r.number
	case "every":
		return count%r.number == 0
	case "word":
		return strings.Contains(payload, r.word) && (r.number == 0 || attempt <= r.number)
	}
	return false
}

// delivery is a line of the output.
type delivery struct {
	At      time.Time `json:"at"` // when the output was handed the message
	Count   int       `json:"count"`
	Attempt int       `json:"attempt"`
	Size    int       `json:"size"`
	Base64  string    `json:"base64"` // the first bytes of the payload
	Verdict string    `json:"verdict"`
}

type judge struct {
	rule  rule
	delay time.Duration
	early bool // a line is written when the message is handed over, not when it is answered

	lock     sync.Mutex
	attempts map[string]int
	count    int
	lines    *json.Encoder
}

func (j *judge) Connect(context.Context) error { return nil }
func (j *judge) Close(context.Context) error   { return nil }

func (j *judge) Write(ctx context.Context, message *service.Message) error {
	at := time.Now()
	payload, err := message.AsBytes()
	if err != nil {
		return err
	}
	j.lock.Lock()
	j.count++
	j.attempts[string(payload)]++
	count, attempt := j.count, j.attempts[string(payload)]
	line := delivery{At: at, Count: count, Attempt: attempt, Size: len(payload), Verdict: "acked"}
	line.Base64 = base64.StdEncoding.EncodeToString(payload[:min(len(payload), longest)])
	rejected := j.rule.rejects(string(payload), attempt, count)
	if rejected {
		line.Verdict = "nacked"
	}
	if j.early {
		err = j.lines.Encode(line)
	}
	j.lock.Unlock()

	if j.delay > 0 {
		select {
		case <-time.After(j.delay):
		case <-ctx.Done():
		}
	}
	if !j.early {
		j.lock.Lock()
		err = j.lines.Encode(line)
		j.lock.Unlock()
	}
	if err == nil && rejected {
		err = errors.New("rejected by rule")
	}
	return err
}

// batches is a judge that is handed batches.
type batches struct{ *judge }

func (b batches) WriteBatch(ctx context.Context, batch service.MessageBatch) error {
	for _, message := range batch {
		if err := b.Write(ctx, message); err != nil {
			return err
		}
	}
	return nil
}

func spec() *service.ConfigSpec {
	return service.NewConfigSpec().
		Summary("Acknowledges or rejects each message by a rule.").
		Fields(
			service.NewStringEnumField("rule", "all", "none", "first", "every", "word").Default("all").
				Description("all: acknowledges all; none: rejects all; first: rejects the first `number` attempts of each message; "+
					"every: rejects each `number`th delivery; word: rejects what contains `word`, `number` attempts of it or, at 0, all"),
			service.NewIntField("number").Default(1),
			service.NewStringField("word").Default(""),
			service.NewDurationField("delay").Default("0s").Description("How long it is busy with each message."),
			service.NewBoolField("early").Default(false).
				Description("Whether it writes its line when it is handed the message, not when it answers."),
			service.NewIntField("max_in_flight").Default(1),
		)
}

func build(conf *service.ParsedConfig) (*judge, int, error) {
	j := &judge{attempts: map[string]int{}, lines: json.NewEncoder(os.Stdout)}
	var inFlight int
	var errs [6]error
	j.rule.kind, errs[0] = conf.FieldString("rule")
	j.rule.number, errs[1] = conf.FieldInt("number")
	j.rule.word, errs[2] = conf.FieldString("word")
	j.delay, errs[3] = conf.FieldDuration("delay")
	inFlight, errs[4] = conf.FieldInt("max_in_flight")
	j.early, errs[5] = conf.FieldBool("early")
	if err := errors.Join(errs[:]...); err != nil {
		return nil, 0, err
	}
	if j.rule.kind == "every" && j.rule.number < 1 {
		return nil, 0, errors.New("`every` takes a number of at least 1")
	}
	return j, inFlight, nil
}

func main() {
	err := service.RegisterOutput("judge", spec(), func(conf *service.ParsedConfig, _ *service.Resources) (service.Output, int, error) {
		j, inFlight, err := build(conf)
		return j, inFlight, err
	})
	if err != nil {
		panic(err)
	}
	ofBatches := func(conf *service.ParsedConfig, _ *service.Resources) (service.BatchOutput, service.BatchPolicy, int, error) {
		j, inFlight, err := build(conf)
		return batches{j}, service.BatchPolicy{}, inFlight, err
	}
	if err := service.RegisterBatchOutput("judge_batches", spec(), ofBatches); err != nil {
		panic(err)
	}
	service.RunCLI(context.Background())
}
