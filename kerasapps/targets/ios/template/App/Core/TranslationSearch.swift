import Foundation

/// What a translator says of the next piece.
struct Step<State> {
    let logits: [Float]
    let state: State
}

/// A translator that is called piece by piece. No step changes a state that it is given.
protocol Stepper {
    associatedtype State

    /// Reads a sentence: its ids, the end mark last.
    func start(_ source: [Int]) throws -> State

    /// What may follow `token`, which stands at `position` of the translation, from 0.
    func step(_ token: Int, at position: Int, _ state: State) throws -> Step<State>
}

/// A translation in ids, the end mark last; its score is the logarithm of its probability, by length.
struct Hypothesis {
    let ids: [Int]
    let score: Float
}

/// How translations are searched for: always the likeliest piece, or the best of several unfinished ones.
struct TranslationSearch {
    private let start: Int
    private let end: Int
    private let forbidden: [Int]
    private let firstPosition: Int
    private let most: Int
    private let floor: Float
    private let divisors: [Float]

    /// Hypotheses that are kept where nobody says.
    let defaultBeam: Int

    /// - Parameter answer: the `answer` of `bundle.json`, of kind `translation`.
    init(answer: Json) throws {
        start = try answer.at("start_id").int
        end = try answer.at("end_id").int
        forbidden = try answer.at("forbidden_ids").items.map { try $0.int }
        firstPosition = try answer.at("first_position").int
        most = try answer.at("max_steps").int
        floor = Float(try answer.at("floor").number)
        let penalty = try answer.at("length_penalty").number
        divisors = (0...most).map { Float(pow(Double(max($0, 1)), penalty)) }
        defaultBeam = try answer.at("default_beam").int
    }

    /// The best translation that was found.
    func search<S: Stepper>(_ stepper: S, _ source: [Int], beam: Int? = nil) throws -> Hypothesis {
        let kept = beam ?? defaultBeam
        return try kept == 1 ? greedy(stepper, source) : beamSearch(stepper, source, kept)
    }

    private func greedy<S: Stepper>(_ stepper: S, _ source: [Int]) throws -> Hypothesis {
        var state = try stepper.start(source)
        var token = start
        var total: Float = 0
        var ids = [Int]()
        while token != end {
            let step = try stepper.step(token, at: firstPosition + ids.count, state)
            let said = chances(step.logits, onlyEnd: ids.count + 1 == most)
            token = said.indices.reduce(0) { said[$1] > said[$0] ? $1 : $0 }
            total += said[token]
            ids.append(token)
            state = step.state
        }
        return Hypothesis(ids: ids, score: total / divisors[ids.count])
    }

    private struct Open<State> {
        let ids: [Int]
        let total: Float
        let state: State
    }

    private func beamSearch<S: Stepper>(_ stepper: S, _ source: [Int], _ beam: Int) throws -> Hypothesis {
        var opened = [Open(ids: [], total: 0, state: try stepper.start(source))]
        var best: Hypothesis?
        for position in 0..<most {
            let (ended, open) = try goOn(stepper, opened, position, beam)
            for each in ended where best == nil || each.score > best!.score { best = each }
            opened = open
            if opened.isEmpty { break }
            // Not even free pieces up to the longest translation would make an open one better.
            if let best, best.score >= opened[0].total / divisors[most] { break }
        }
        return best!
    }

    /// One step of all open hypotheses: those that end now, and those that stay open.
    private func goOn<S: Stepper>(
        _ stepper: S, _ opened: [Open<S.State>], _ position: Int, _ beam: Int
    ) throws -> ([Hypothesis], [Open<S.State>]) {
        let steps = try opened.map { try stepper.step($0.ids.last ?? start, at: firstPosition + position, $0.state) }
        let size = steps[0].logits.count
        var candidates = [Float]()
        candidates.reserveCapacity(opened.count * size)
        for (row, step) in steps.enumerated() {
            for chance in chances(step.logits, onlyEnd: position + 1 == most) {
                candidates.append(opened[row].total + chance)
            }
        }
        var ended = [Hypothesis]()
        var open = [Open<S.State>]()
        for (rank, place) in best(candidates, 2 * beam).enumerated() {
            let before = opened[place / size]
            let ids = before.ids + [place % size]
            if place % size == end {
                if rank < beam { ended.append(Hypothesis(ids: ids, score: candidates[place] / divisors[ids.count])) }
            } else if open.count < beam {
                open.append(Open(ids: ids, total: candidates[place], state: steps[place / size].state))
            }
        }
        return (ended, open)
    }

    /// What each piece adds to a total; minus infinity for those that may not follow.
    private func chances(_ logits: [Float], onlyEnd: Bool) -> [Float] {
        let highest = logits.reduce(-Float.infinity) { $0.isNaN || $1.isNaN ? Float.nan : max($0, $1) }
        let sum = logits.reduce(0.0) { $0 + exp(Double($1 - highest)) }
        let base = Float(log(sum))
        var found = logits.indices.map { id -> Float in
            if onlyEnd && id != end { return -Float.infinity }
            let chance = logits[id] - highest - base
            return chance > floor ? chance : floor // of what is no number, too
        }
        for id in forbidden { found[id] = -Float.infinity }
        return found
    }

    /// Places of the largest finite values, best first, of equal ones the first first.
    private func best(_ values: [Float], _ count: Int) -> [Int] {
        var places = [Int]()
        for (place, value) in values.enumerated() {
            if value == -Float.infinity || (places.count == count && value <= values[places[count - 1]]) { continue }
            if places.count == count { places.removeLast() }
            var at = places.count
            while at > 0 && value > values[places[at - 1]] { at -= 1 }
            places.insert(place, at: at)
        }
        return places
    }
}
