import SwiftUI

@main
struct BundleApp: App {
    var body: some Scene {
        WindowGroup {
            ContentView()
        }
    }
}
