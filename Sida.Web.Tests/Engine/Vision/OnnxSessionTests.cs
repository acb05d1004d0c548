using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Vision;
using Sida.Web.Tests.Engine.Import;

namespace Sida.Web.Tests.Engine.Vision;

/// <summary>The wrapper around the native runtime: refusals before the call, cancellation, many callers.</summary>
[Collection(nameof(TinyNetworks))]
public sealed class OnnxSessionTests(TinyNetworks networks) : IDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    private SamEncoder Encoder => networks.Sets[VisionPrecision.F32].SamEncoder;

    [Fact]
    public async Task A_run_ends_soon_after_it_is_cancelled()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        source.CancelAfter(TimeSpan.FromMilliseconds(20));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            // One run may be too short to be caught in the middle; this many are not.
            for (int run = 0; run < 100; run++)
            {
                await Encoder.RunAsync(new float[3 * 1024 * 1024], source.Token);
            }
        });
    }

    [Fact]
    public async Task Waiting_for_another_run_can_be_cancelled()
    {
        Task<float[]> first = Encoder.RunAsync(new float[3 * 1024 * 1024], Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Encoder.RunAsync(new float[3 * 1024 * 1024], new CancellationToken(canceled: true)));

        Assert.Equal(256 * 64 * 64, (await first).Length);
    }

    [Fact]
    public async Task Many_callers_get_their_own_results()
    {
        DetectionHead head = networks.Sets[VisionPrecision.F32].Detection;
        float[][] inputs = [.. Enumerable.Range(0, 16).Select(seed => Onnx.RandomTensors.Numbers(seed, head.HiddenSize))];
        float[][] together = await Task.WhenAll(inputs.Select(input => head.RunAsync(input, Cancellation)));

        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.Equal(await head.RunAsync(inputs[i], Cancellation), together[i]);
        }
    }

    [Fact]
    public async Task A_wrong_shape_never_reaches_the_native_code()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Encoder.RunAsync(new float[3 * 512 * 512], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => networks.Sets[VisionPrecision.F32].Detection.RunAsync(new float[65], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => networks.Sets[VisionPrecision.F32].Fusion.RunAsync(new float[2], new float[64], Cancellation));
    }

    [Fact]
    public async Task Prompts_that_do_not_fit_are_refused_before_the_native_code()
    {
        SamDecoder decoder = networks.Sets[VisionPrecision.F32].SamDecoder;
        var embedding = new float[256 * 64 * 64];
        SamPrompts[] wrong =
        [
            new() { Count = 1, TextEmbeddings = new float[255] },
            new() { Count = 2, TextEmbeddings = new float[3 * 256] },
            new() { Count = 1, Points = [new SamPoint(1, 1, (SamPointLabel)4)] },
            new() { Count = 1, Points = [new SamPoint(float.NaN, 1, SamPointLabel.Include)] },
            new() { Count = 1, MaskLogits = new float[64] },
            new() { Count = SamDecoder.MostPrompts + 1, TextEmbeddings = new float[256 * (SamDecoder.MostPrompts + 1)] },
        ];

        foreach (SamPrompts prompts in wrong)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => decoder.RunAsync(embedding, prompts, Cancellation));
        }

        Assert.Empty((await decoder.RunAsync(embedding, SamPrompts.FromText([], 256), Cancellation)).LowResLogits);
    }

    [Fact]
    public void A_file_that_is_no_network_is_refused()
    {
        string path = _folder.Write("vision.onnx", "not a protobuf");

        NativeRuntimeException error = Assert.Throws<NativeRuntimeException>(() => VisionTower.Open(path, VisionDevice.Choose(DeviceOption.Cpu), 1));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_and_a_wrong_network_are_package_errors()
    {
        VisionDevice cpu = VisionDevice.Choose(DeviceOption.Cpu);
        string detect = _folder.File("detect.onnx");
        networks.WriteDetectionHead(detect);

        Assert.Throws<PackageException>(() => VisionTower.Open(_folder.File("absent.onnx"), cpu, 1));
        PackageException error = Assert.Throws<PackageException>(() => VisionTower.Open(detect, cpu, 1));
        Assert.Contains("pixel_values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_network_says_so()
    {
        string detect = _folder.File("detect.onnx");
        networks.WriteDetectionHead(detect);
        DetectionHead head = DetectionHead.Open(detect, VisionDevice.Choose(DeviceOption.Cpu), 1);
        head.Dispose();
        head.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => head.RunAsync(new float[64], Cancellation));
    }

    public void Dispose() => _folder.Dispose();
}
