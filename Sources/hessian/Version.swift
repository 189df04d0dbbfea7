/// The version of the program, of the API and of openapi.yaml.
enum Version {
    static let current = "1.0.0"
}
