using System.Globalization;

namespace Sida.Web.Tests.Engine.Vision;

/// <summary>How far a tensor is from its golden.</summary>
internal static class Closeness
{
    /// <summary>Intermediates: largest difference relative to the golden's largest magnitude. Single precision gives about 1e-6.</summary>
    public const double Single = 2e-4;

    /// <summary>Largest difference, divided by the golden's largest magnitude.</summary>
    public static double Relative(IReadOnlyList<float> expected, IReadOnlyList<float> actual) =>
        Absolute(expected, actual) / Math.Max(expected.Count == 0 ? 0 : expected.Max(Math.Abs), 1e-6);

    /// <summary>Largest difference; infinite when the sizes differ or a number is not one.</summary>
    public static double Absolute(IReadOnlyList<float> expected, IReadOnlyList<float> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        double largest = 0;
        for (int i = 0; i < expected.Count; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            largest = difference > largest || double.IsNaN(difference) ? difference : largest;
            Assert.False(double.IsNaN(largest), $"Element {i} is {actual[i]}, expected {expected[i]}.");
        }

        return largest;
    }

    /// <summary>Asserts closeness and leaves the measured figure in the test's output.</summary>
    public static void AssertRelative(string what, IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance = Single) =>
        AssertBelow(what, Relative(expected, actual), tolerance);

    /// <summary>Asserts closeness and leaves the measured figure in the test's output.</summary>
    public static void AssertAbsolute(string what, IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance) =>
        AssertBelow(what, Absolute(expected, actual), tolerance);

    private static void AssertBelow(string what, double error, double tolerance)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {error:g3} (at most {tolerance:g3})"));
        Assert.True(error <= tolerance, string.Create(CultureInfo.InvariantCulture, $"{what} is {error:g4} away, more than {tolerance:g4}."));
    }
}
