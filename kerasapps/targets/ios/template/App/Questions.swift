import PhotosUI
import SwiftUI
import UIKit

/// Where a text is typed.
struct TextQuestion: View {
    let verb: String
    let ask: (String) -> Void
    @State private var text = ""

    var body: some View {
        TextField("Your text", text: $text, axis: .vertical)
            .lineLimit(3...10)
            .textFieldStyle(.roundedBorder)
        Button(verb) { ask(text) }
            .buttonStyle(.borderedProminent)
    }
}

/// Where a picture is taken or chosen; it is asked about as its file has it.
struct PictureQuestion: View {
    let ask: (Data) -> Void
    @State private var item: PhotosPickerItem?
    @State private var shown: UIImage?
    @State private var isTaking = false

    var body: some View {
        if UIImagePickerController.isSourceTypeAvailable(.camera) {
            Button("Take a picture") { isTaking = true }
                .buttonStyle(.borderedProminent)
                .fullScreenCover(isPresented: $isTaking) {
                    Camera { taken in
                        isTaking = false
                        if let content = taken?.jpegData(compressionQuality: 0.95) { use(content) }
                    }
                    .ignoresSafeArea()
                }
        }
        PhotosPicker("Choose a picture", selection: $item, matching: .images)
            .buttonStyle(.bordered)
            .onChange(of: item) { _, chosen in
                Task {
                    if let content = try? await chosen?.loadTransferable(type: Data.self) { use(content) }
                }
            }
        if let shown {
            Image(uiImage: shown).resizable().scaledToFit().frame(maxHeight: 320)
        }
    }

    private func use(_ content: Data) {
        shown = UIImage(data: content)
        ask(content)
    }
}

/// The phone's own camera screen.
struct Camera: UIViewControllerRepresentable {
    let done: (UIImage?) -> Void

    func makeUIViewController(context: Context) -> UIImagePickerController {
        let camera = UIImagePickerController()
        camera.sourceType = .camera
        camera.delegate = context.coordinator
        return camera
    }

    func updateUIViewController(_ camera: UIImagePickerController, context: Context) {}

    func makeCoordinator() -> Coordinator {
        Coordinator(done: done)
    }

    final class Coordinator: NSObject, UIImagePickerControllerDelegate, UINavigationControllerDelegate {
        private let done: (UIImage?) -> Void

        init(done: @escaping (UIImage?) -> Void) {
            self.done = done
        }

        func imagePickerController(
            _ camera: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
        ) {
            done(info[.originalImage] as? UIImage)
        }

        func imagePickerControllerDidCancel(_ camera: UIImagePickerController) {
            done(nil)
        }
    }
}

/// A form with a line for each column of the table.
struct RowQuestion: View {
    let columns: [Column]
    let ask: ([String: String]) -> Void
    @State private var row: [String: String]

    init(columns: [Column], ask: @escaping ([String: String]) -> Void) {
        self.columns = columns
        self.ask = ask
        let cells = columns.map { ($0.name, $0.typical) }
        _row = State(initialValue: Dictionary(cells, uniquingKeysWith: { first, _ in first }))
    }

    var body: some View {
        ForEach(columns) { column in
            LabeledContent(column.name) {
                if column.isCategory {
                    Picker(column.name, selection: cell(column)) {
                        Text("no value").tag("")
                        ForEach(column.values, id: \.self) { Text($0).tag($0) }
                    }
                    .labelsHidden()
                } else {
                    TextField(column.kind == "date" ? column.order : column.name, text: cell(column))
                        .keyboardType(.numbersAndPunctuation)
                        .multilineTextAlignment(.trailing)
                        .textFieldStyle(.roundedBorder)
                }
            }
        }
        Button("Answer") { ask(row) }
            .buttonStyle(.borderedProminent)
    }

    private func cell(_ column: Column) -> Binding<String> {
        Binding(get: { row[column.name] ?? "" }, set: { row[column.name] = $0 })
    }
}
