// Command attack sends load to the Gateway with vegeta. It reads a Load as JSON from stdin, and prints a Report as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// Load describes the requests to send. It is read from stdin, because arguments are visible to all users of a machine.
type Load struct {
	// URLs of the Gateways. Requests go to them in turn.
	URLs    []string          `json:"urls"`
	Headers map[string]string `json:"headers"`
	// Paths to GET in turn. Without them, the load is the flow of the three requests that capture a credential.
	Paths []string `json:"paths"`
	// Workspace is a prefix. Each flow has its own workspace.
	Workspace string `json:"workspace"`
	ReturnURL string `json:"return_url"`
	// Expect is the status of a successful response.
	Expect int `json:"expect"`
	// Rate is the constant number of arrivals per second. 0 sends as many requests as Connections allow.
	Rate int `json:"rate"`
	// Connections limits the concurrent requests. A request that must wait for one arrives when it is due all the same.
	Connections uint64  `json:"connections"`
	Seconds     float64 `json:"seconds"`
}

// Report has the results. Times are in milliseconds, unless the name ends with seconds.
type Report struct {
	Requests int `json:"requests"`
	Due      int `json:"due"`
	Captured int `json:"captured"`
	// Failed counts the unexpected statuses and the requests without a response.
	Failed map[string]int `json:"failed"`
	// Seconds from the first request to the last response.
	Seconds    float64 `json:"seconds"`
	P50        float64 `json:"p50"`
	P99        float64 `json:"p99"`
	CPUSeconds float64 `json:"cpu_seconds"`
}

func main() {
	var load Load
	if err := json.NewDecoder(os.Stdin).Decode(&load); err != nil {
		fmt.Fprintln(os.Stderr, "attack: stdin is not a load:", err)
		os.Exit(2)
	}
	json.NewEncoder(os.Stdout).Encode(Run(load))
}

// Run sends the load for its whole duration and waits for all responses.
func Run(load Load) Report {
	attacker := vegeta.NewAttacker(
		vegeta.Workers(min(load.Connections, 64)),
		vegeta.MaxWorkers(load.Connections),
		vegeta.Connections(int(load.Connections)),
		vegeta.Timeout(10*time.Second),
		vegeta.Redirects(vegeta.NoFollow))
	requests := newRequests(load)
	duration := time.Duration(load.Seconds * float64(time.Second))
	var results []*vegeta.Result
	report := Report{Due: int(float64(load.Rate) * load.Seconds), Failed: map[string]int{}}
	for result := range attacker.Attack(requests.next, vegeta.Rate{Freq: load.Rate, Per: time.Second}, duration, "") {
		if int(result.Code) == load.Expect {
			if requests.answered(result) {
				report.Captured++
			}
		} else {
			report.Failed[failure(result)]++
		}
		result.Body, result.Headers = nil, nil
		results = append(results, result)
	}
	summarize(&report, results, load.Rate)
	return report
}

// The text of vegeta's error has the URL, which can have a state token.
func failure(result *vegeta.Result) string {
	switch {
	case result.Code != 0:
		return "status " + strconv.Itoa(int(result.Code))
	case strings.Contains(result.Error, "Timeout"):
		return "no response within 10 seconds"
	default:
		return "connection failed"
	}
}

// Measures each latency from the time when the request was due. vegeta measures it from the time when it was sent, which
// leaves out the time in which all connections were busy, or in which the load generator itself had no CPU.
func summarize(report *Report, results []*vegeta.Result, rate int) {
	report.Requests = len(results)
	if len(results) == 0 {
		return
	}
	sort.Slice(results, func(i, j int) bool { return results[i].Seq < results[j].Seq })
	began, ended := results[0].Timestamp, results[0].End()
	latencies := make([]time.Duration, len(results))
	for i, result := range results {
		due := result.Timestamp
		if rate > 0 {
			due = began.Add(time.Duration(float64(i) / float64(rate) * float64(time.Second)))
		}
		latencies[i] = max(result.End().Sub(due), result.Latency)
		if result.End().After(ended) {
			ended = result.End()
		}
	}
	sort.Slice(latencies, func(i, j int) bool { return latencies[i] < latencies[j] })
	percentile := func(p int) float64 {
		return float64(latencies[(len(latencies)-1)*p/100]) / float64(time.Millisecond)
	}
	report.P50, report.P99 = percentile(50), percentile(99)
	report.Seconds = ended.Sub(began).Seconds()
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	report.CPUSeconds = time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}
