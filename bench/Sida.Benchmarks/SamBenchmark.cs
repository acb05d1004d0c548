using System.Diagnostics;
using System.Globalization;
using Sida.Engine;
using Sida.Engine.Models;
using Sida.Engine.Vision;

namespace Sida.Benchmarks;

/// <summary>SAM's image encoder of a package alone; peer: bench/pytorch_peer.py --stage sam-encoder with the same shape.</summary>
internal static class SamBenchmark
{
    public static async Task RunAsync(string packageFolder, int repeats, int threads)
    {
        ModelPackage package = await ModelPackage.OpenAsync(packageFolder);
        using SamEncoder encoder = SamEncoder.Open(package.FilePath(ModelPackage.SamEncoderFile), VisionDevice.Choose(DeviceOption.Cpu), threads);
        Random random = new(1);
        float[] pixels = [.. Enumerable.Range(0, 3 * encoder.ImageSize * encoder.ImageSize).Select(_ => (random.NextSingle() * 4) - 2)];
        List<double> times = [];
        for (int repeat = 0; repeat <= repeats; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            await encoder.RunAsync(pixels, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        double[] sorted = [.. times.Skip(1).Order()];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"SAM encoder: {sorted[sorted.Length / 2]:0} ms, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
    }
}
