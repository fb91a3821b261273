import SwiftUI

/// The app's one screen: what the bundle takes above, what it answers below.
struct ContentView: View {
    @State private var answers: Answers?
    @State private var answer: Answer?
    @State private var failure: String?

    var body: some View {
        ScrollView {
            VStack(alignment: .leading, spacing: 16) {
                if let answers {
                    question(answers)
                } else if failure == nil {
                    ProgressView("The model is being loaded …")
                }
                if let failure { Text(failure).foregroundStyle(.red) }
                if let answer { AnswerView(answer: answer) }
            }
            .frame(maxWidth: .infinity, alignment: .leading)
            .padding()
        }
        .task { await load() }
    }

    @ViewBuilder
    private func question(_ answers: Answers) -> some View {
        switch answers.bundle.inputKind {
        case "picture":
            PictureQuestion { content in
                ask {
                    let photo = try Photo(content: content)
                    return try await answers.answer(to: photo.picture(channels: answers.bundle.pictures!.channels))
                }
            }
        case "rows":
            RowQuestion(columns: answers.bundle.rows!.columns) { row in ask { try await answers.answer(to: row) } }
        default:
            TextQuestion(verb: answers.bundle.answerKind == "translation" ? "Translate" : "Classify") { text in
                ask { try await answers.answer(to: text) }
            }
        }
    }

    private func load() async {
        do {
            answers = try await Task.detached { try Answers() }.value
        } catch {
            failure = error.localizedDescription
        }
    }

    private func ask(_ question: @escaping @Sendable () async throws -> Answer) {
        Task {
            do {
                answer = try await Task.detached(operation: question).value
                failure = nil
            } catch {
                answer = nil
                failure = error.localizedDescription
            }
        }
    }
}

/// An answer: a bar a class, or a text, or what is said where no class is the answer; how long it took.
struct AnswerView: View {
    let answer: Answer

    var body: some View {
        VStack(alignment: .leading, spacing: 8) {
            if answer.scores.isEmpty || !answer.text.isEmpty { Text(answer.text).font(.title2).textSelection(.enabled) }
            ForEach(answer.scores.prefix(5)) { score in
                ProgressView(value: Double(max(0, min(1, score.score)))) {
                    Text("\(score.label)  \(100 * score.score, specifier: "%.1f") %")
                }
            }
            Text("\(answer.milliseconds, specifier: "%.1f") ms on this phone").font(.footnote).foregroundStyle(.secondary)
        }
    }
}
