namespace Sida.Web.Tests.Engine.Language;

/// <summary>Comparison of tensors.</summary>
internal static class Tensors
{
    /// <summary>Largest difference, relative to the largest magnitude of the expected tensor.</summary>
    public static double RelativeError(IEnumerable<float> expected, IEnumerable<float> actual)
    {
        float[] a = [.. expected];
        float[] b = [.. actual];
        Assert.Equal(a.Length, b.Length);
        double scale = a.Max(value => Math.Abs((double)value));
        return a.Zip(b).Max(pair => Math.Abs((double)pair.First - pair.Second)) / scale;
    }
}
