import Foundation

/// What becomes of numbers: where they stand among those that the model was trained on.
private struct Scale {
    private let knots: [Double]
    private let levels: [Double]
    private let typical: Double

    /// Of a date: which of its numbers.
    let part: String

    init(spec: Json) throws {
        knots = try spec.at("knots").items.map { try $0.number }
        levels = try spec.at("levels").items.map { try $0.number }
        typical = try spec.at("typical").number
        part = try spec.at("part").text
    }

    func level(_ number: Double) -> Float {
        if number.isNaN { return Float(typical) }
        if number <= knots[0] { return Float(levels[0]) }
        guard let above = knots.firstIndex(where: { $0 > number }) else { return Float(levels[levels.count - 1]) }
        let place = above - 1
        let slope = (levels[above] - levels[place]) / (knots[above] - knots[place])
        return Float(slope * (number - knots[place]) + levels[place])
    }
}

/// A column of the table that the model was trained on.
struct Column: Identifiable {
    let name: String

    /// `number`, `category`, `yes/no` or `date`.
    let kind: String

    /// Its median, or its most frequent value: something to begin with.
    let typical: String

    /// Of a category, those that are known.
    let values: [String]

    /// How its dates are written: `year-month-day`, `day-month-year`, `month-day-year` or `time`.
    let order: String

    fileprivate let flagged: Bool
    private let scales: [Scale]
    private let places: [Bytes: Int]

    var id: String { name }

    var isCategory: Bool { kind == "category" || kind == "yes/no" }

    init(spec: Json) throws {
        name = try spec.at("name").text
        kind = try spec.at("kind").text
        typical = try spec.at("typical").text
        values = try spec.at("values").items.map { try $0.text }
        order = try spec.at("order").text
        flagged = try spec.at("flagged").flag
        scales = try spec.at("scales").items.map { try Scale(spec: $0) }
        let known = values.enumerated().map { (Bytes($0.element.utf8), $0.offset) }
        places = Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    /// The levels of a cell, and whether it has none.
    fileprivate func levels(_ cell: [Unicode.Scalar]) -> ([Float], Bool) {
        if kind != "date" {
            let number = numberOf(cell)
            return (scales.map { $0.level(number) }, number.isNaN)
        }
        let parts = datePartsOf(cell, order)
        return (scales.map { $0.level(parts?[$0.part] ?? .nan) }, parts == nil)
    }

    /// The place of a category among those that are known; nil for another one.
    fileprivate func place(of cell: [Unicode.Scalar]) -> Int? {
        places[bytesOf(cell.map(\.value))]
    }
}

/// From a row of a table, as texts, to the numbers and ids that a model takes.
struct RowReader {
    /// Those that a row must have; an empty text is a missing value.
    let columns: [Column]

    private let missing: Int
    private let unknown: Int
    private let first: Int
    private let longest: Int
    private let missingWords: Set<String>
    private let answers: [Set<String>]

    /// - Parameter spec: the `preprocessing` of `bundle.json`, of kind `rows`.
    init(spec: Json) throws {
        columns = try spec.at("columns").items.map { try Column(spec: $0) }
        missing = try spec.at("missing_id").int
        unknown = try spec.at("unknown_id").int
        first = try spec.at("first_id").int
        longest = try spec.at("longest_cell").int
        missingWords = Set(try spec.at("missing_words").items.map { try $0.text })
        answers = try ["no", "yes"].map { word in Set(try spec.at(word).items.map { try $0.text }) }
    }

    /// The levels of numbers and dates in the columns' order, then a flag for each that may be missing.
    func numbers(_ row: [String: String]) -> [Float] {
        var levels = [Float]()
        var flags = [Float]()
        for column in columns where !column.isCategory {
            let (found, isMissing) = column.levels(cellOf(row[column.name] ?? ""))
            levels += found
            if column.flagged { flags.append(isMissing ? 1 : 0) }
        }
        return levels + flags
    }

    /// An id for each category.
    func categories(_ row: [String: String]) -> [Int] {
        columns.filter(\.isCategory).map { column in
            let cell = cellOf(row[column.name] ?? "")
            if cell.isEmpty { return missing }
            let place = column.kind == "category" ? column.place(of: cell) : yesOrNo(cell)
            return place.map { $0 + first } ?? unknown
        }
    }

    private func yesOrNo(_ cell: [Unicode.Scalar]) -> Int? {
        answers.firstIndex { $0.contains(lowercased(cell)) }
    }

    /// A cell as training read it: without blanks around it, `39` for `39.0`, empty for `NA` and the like.
    private func cellOf(_ text: String) -> [Unicode.Scalar] {
        let kept = trimmed(Array(text.unicodeScalars)).prefix(longest)
        let cell = wholeOf(Array(kept))
        return missingWords.contains(lowercased(cell)) ? [] : cell
    }
}

private func lowercased(_ cell: [Unicode.Scalar]) -> String {
    textOf(bytesOf(cell.map(\.value))).lowercased()
}

private func wholeOf(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    guard let point = text.firstIndex(of: ".") else { return text }
    let rest = text[(point + 1)...]
    let isWhole = !rest.isEmpty && rest.allSatisfy { $0 == "0" } && isDigits(withoutSign(text[..<point]))
    return isWhole ? Array(text[..<point]) : text
}

private func numberOf(_ cell: [Unicode.Scalar]) -> Double {
    let halves = withoutSign(cell[...]).split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let isExponent = halves.count == 1 || halves.count == 2 && isDigits(withoutSign(halves[1]))
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    let isNumber = parts.count <= 2 && parts.allSatisfy { $0.isEmpty || isDigits($0) } && parts.contains { !$0.isEmpty }
    guard isExponent && isNumber, let number = Double(readable(cell)) else { return .nan }
    return number.isInfinite ? .nan : number
}

/// A number as Swift reads it, which wants digits on either side of a point.
private func readable(_ cell: [Unicode.Scalar]) -> String {
    var text = ""
    var before: Unicode.Scalar?
    for scalar in cell {
        if scalar == "." && !isDigit(before) { text += "0" }
        if before == "." && !isDigit(scalar) { text += "0" }
        text.unicodeScalars.append(scalar)
        before = scalar
    }
    return before == "." ? text + "0" : text
}

/// The numbers of a date or time by name; nil for what is none. Those that it does not say are left out.
private func datePartsOf(_ cell: [Unicode.Scalar], _ order: String) -> [String: Double]? {
    if order == "time" { return timeOf(cell[...]) }
    let size = cell.firstIndex { $0 == "T" || $0 == " " } ?? cell.count
    let fields = cell[..<size].split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "/" || $0 == "." }
    let names = order.split(separator: "-").map(String.init)
    guard fields.count == 3 && fields.allSatisfy(isDigits) else { return nil }
    var date = [String: Int]()
    for (name, field) in zip(names, fields) {
        guard (name == "year" ? 4...4 : 1...2).contains(field.count) else { return nil }
        date[name] = whole(field)
    }
    let (year, month, day) = (date["year"]!, date["month"]!, date["day"]!)
    guard year >= 1, (1...12).contains(month), (1...daysOf(year, month)).contains(day) else { return nil }
    var parts = [String: Double]()
    if size < cell.count {
        guard let time = timeOf(cell[(size + 1)...]) else { return nil }
        parts = time
    }
    let number = dayNumber(year, month, day)
    parts["year"] = Double(year)
    parts["month"] = Double(month)
    parts["day"] = Double(day)
    parts["weekday"] = Double(((number + 3) % 7 + 7) % 7) // 1970 began on a Thursday
    parts["day number"] = Double(number)
    return parts
}

private func timeOf(_ text: ArraySlice<Unicode.Scalar>) -> [String: Double]? {
    let clock = withoutZone(text).split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(clock.count), isDigits(clock[0]), clock[0].count <= 2 else { return nil }
    guard isDigits(clock[1]), clock[1].count == 2 else { return nil }
    if clock.count == 3 {
        let second = clock[2].split(separator: ".", omittingEmptySubsequences: false)
        guard second.count <= 2, second.allSatisfy(isDigits), second[0].count == 2 else { return nil }
    }
    let (hour, minute) = (whole(clock[0]), whole(clock[1]))
    return hour > 23 || minute > 59 ? nil : ["hour": Double(hour), "minute": Double(minute)]
}

/// A time without `Z`, `UTC`, `+02:00` or `+0200` behind it; blanks may stand before those.
private func withoutZone(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
    var rest = text
    if text.last == "Z" {
        rest = text.dropLast()
    } else if text.suffix(3).elementsEqual("UTC".unicodeScalars) {
        rest = text.dropLast(3)
    } else if let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }), isOffset(Array(text[(sign + 1)...])) {
        rest = text[..<sign]
    }
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return rest
}

private func isOffset(_ text: [Unicode.Scalar]) -> Bool {
    var digits = text
    if digits.count == 5 && digits[2] == ":" { digits.remove(at: 2) }
    return digits.count == 4 && isDigits(digits[...])
}

private func daysOf(_ year: Int, _ month: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    if month == 2 { return isLeap ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
}

/// Days since the first of January 1970.
private func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let before = year - 1
    let days = (1..<month).reduce(day) { $0 + daysOf(year, $1) }
    return 365 * before + before / 4 - before / 100 + before / 400 + days - 719163
}

private func withoutSign(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
    text.first == "+" || text.first == "-" ? text.dropFirst() : text
}

private func trimmed(_ text: [Unicode.Scalar]) -> ArraySlice<Unicode.Scalar> {
    var rest = text.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
    return rest
}

private func whole(_ digits: ArraySlice<Unicode.Scalar>) -> Int {
    digits.reduce(0) { 10 * $0 + Int($1.value) - 48 }
}

/// Whether a text is of ASCII digits, of which there is one at least.
private func isDigits(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    !text.isEmpty && text.allSatisfy { isDigit($0) }
}

private func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return ("0"..."9").contains(scalar)
}

/// What Python takes for white space.
private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0d, 0x1c...0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000: return true
    default: return false
    }
}
