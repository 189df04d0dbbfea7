import Foundation

/// The shortest of `repetitions` runs of `body`, in seconds; every run calls `body` until `minimum` seconds have passed.
///
/// The shortest, because on a shared machine everything else only ever adds.
func seconds(repetitions: Int = 5, minimum: Double = 0.02, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<repetitions {
        var calls = 0
        let start = clock.now
        var elapsed = 0.0
        repeat {
            body()
            calls += 1
            let duration = start.duration(to: clock.now).components
            elapsed = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
        } while elapsed < minimum
        best = min(best, elapsed / Double(calls))
    }
    return best
}

/// The least processor time of a call, all threads together, in seconds: what it costs where other work shares the
/// processors, and twice or more the time that passes where it has them to itself.
func processorSeconds(repetitions: Int = 5, minimum: Double = 0.02, _ body: () -> Void) -> Double {
    var best = Double.infinity
    for _ in 0..<repetitions {
        var calls = 0
        let start = clock()
        var elapsed = 0.0
        repeat {
            body()
            calls += 1
            elapsed = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        } while elapsed < minimum
        best = min(best, elapsed / Double(calls))
    }
    return best
}
