// swift-tools-version: 6.1

import PackageDescription

/// Linux is the platform: the server is built on epoll (`CSockets`); nothing else depends on it.
let package = Package(
    name: "hessian",
    platforms: [.macOS(.v13)],
    products: [
        .executable(name: "hessian", targets: ["hessian"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        // Reads openapi.yaml in the tests.
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // Numbers
        .target(name: "CKernels"),
        .target(name: "LinearAlgebra", dependencies: ["CKernels"]),
        .target(name: "SpecialFunctions"),
        // Derivatives
        .target(name: "Expressions", dependencies: ["LinearAlgebra", "SpecialFunctions"]),
        .target(name: "Differentiation", dependencies: ["Expressions", "LinearAlgebra", "SpecialFunctions"]),
        .target(name: "Losses", dependencies: ["Differentiation", "Expressions", "LinearAlgebra", "SpecialFunctions"]),
        .target(
            name: "Diagnosis",
            dependencies: ["Losses", "Differentiation", "Expressions", "LinearAlgebra", "SpecialFunctions"]),
        // Bytes
        .target(
            name: "WireFormat",
            dependencies: ["Diagnosis", "Losses", "Differentiation", "Expressions", "LinearAlgebra"]),
        .target(name: "CSockets"),
        .target(
            name: "HTTP",
            dependencies: [
                "CSockets",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Service",
            dependencies: [
                "WireFormat", "HTTP", "Diagnosis", "Losses", "Differentiation", "Expressions", "LinearAlgebra",
            ],
            resources: [.embedInCode("Resources/openapi.yaml")]),
        .executableTarget(
            name: "hessian",
            dependencies: [
                "Service", "WireFormat", "HTTP", "Diagnosis", "LinearAlgebra",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Tests mirror sources, module by module.
        .testTarget(
            name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"], exclude: ["Generate"],
            resources: [.copy("Resources")]),
        .testTarget(name: "SpecialFunctionsTests", dependencies: ["SpecialFunctions"]),
        .testTarget(name: "ExpressionsTests", dependencies: ["Expressions", "LinearAlgebra"]),
        .testTarget(
            name: "DifferentiationTests", dependencies: ["Differentiation", "Expressions", "LinearAlgebra"],
            exclude: ["Generate"], resources: [.copy("Resources")]),
        .testTarget(
            name: "LossesTests",
            dependencies: ["Losses", "Differentiation", "Expressions", "LinearAlgebra", "SpecialFunctions"],
            exclude: ["Generate"], resources: [.copy("Resources")]),
        .testTarget(
            name: "DiagnosisTests",
            dependencies: ["Diagnosis", "Losses", "Differentiation", "Expressions", "LinearAlgebra"],
            exclude: ["Generate"], resources: [.copy("Resources")]),
        .testTarget(name: "WireFormatTests", dependencies: ["WireFormat", "Diagnosis", "Losses", "LinearAlgebra"]),
        .testTarget(
            name: "HTTPTests",
            dependencies: [
                "HTTP", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Service", "WireFormat", "HTTP", "Diagnosis", "Losses",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .systemLibrary(
            name: "CCurl", path: "Tests/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CurlShim", dependencies: ["CCurl"], path: "Tests/CurlShim"),
        .testTarget(
            name: "EndToEnd",
            dependencies: ["CurlShim", "hessian", .product(name: "Yams", package: "Yams")],
            path: "Tests/EndToEnd",
            resources: [.copy("Resources")]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: ["Service", "WireFormat", "HTTP", "Diagnosis", "Losses", "Differentiation", "LinearAlgebra"],
            path: "Tests/Benchmarks", exclude: ["peers.py"]),
    ],
    swiftLanguageModes: [.v6]
)
