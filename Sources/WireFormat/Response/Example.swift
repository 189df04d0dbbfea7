/// The request that `GET /example` gives: six rows, and the founding mistake as the candidate.
public enum Example {
    /// Ready to be posted back.
    public static let json = Array(
        """
        {
          "X": [[1, 0.5, -1.2], [1, -0.3, 0.8], [1, 1.7, 0.4], [1, -1.1, -0.6], [1, 0.9, 1.5], [1, 0.2, -0.7]],
          "y": [1.5, 2.25, 6.5, -2.75, 7.5, 0.25],
          "beta": [1, 2, 3],
          "loss": "squared",
          "scale": "mean",
          "candidate": {"expression": "sum((y[:, None] - X * beta)**2) / n"}
        }

        """.utf8)
}
