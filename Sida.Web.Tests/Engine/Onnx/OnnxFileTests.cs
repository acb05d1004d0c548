using Sida.Engine;
using Sida.Engine.Import;
using Sida.Engine.Import.Onnx;
using Sida.Engine.Import.Onnx.Parts;
using Sida.Engine.Vision;
using Sida.Web.Tests.Engine.Import;
using Sida.Web.Tests.Engine.Vision;

namespace Sida.Web.Tests.Engine.Onnx;

/// <summary>The written files: the same bytes every time, large weights outside, half precision where asked for, and whole or not at all.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private const int Hidden = 1024;

    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Writing_twice_gives_the_same_bytes()
    {
        using RandomTensors weights = LargeHead();
        OnnxFile.Write(DetectionHeadGraph.Open(weights).Build(VisionPrecision.F32), _folder.File("a.onnx"), null, Cancellation);
        byte[] model = File.ReadAllBytes(_folder.File("a.onnx"));
        byte[] data = File.ReadAllBytes(_folder.File("a.onnx.data"));

        OnnxFile.Write(DetectionHeadGraph.Open(weights).Build(VisionPrecision.F32), _folder.File("a.onnx"), null, Cancellation);

        Assert.Equal(model, File.ReadAllBytes(_folder.File("a.onnx")));
        Assert.Equal(data, File.ReadAllBytes(_folder.File("a.onnx.data")));
    }

    [Theory]
    [InlineData(VisionPrecision.F32, Hidden * Hidden / 2 * 4)]
    [InlineData(VisionPrecision.F16, Hidden * Hidden / 2 * 2)]
    public void Only_tensors_of_a_mebibyte_or_more_go_into_the_data_file(VisionPrecision precision, long dataBytes)
    {
        using RandomTensors weights = LargeHead();
        OnnxGraph graph = DetectionHeadGraph.Open(weights).Build(precision);
        var written = new Total();

        OnnxFile.Write(graph, _folder.File("detect.onnx"), written, Cancellation);

        Assert.Equal(dataBytes, new FileInfo(_folder.File("detect.onnx.data")).Length);
        Assert.InRange(new FileInfo(_folder.File("detect.onnx")).Length, 1, 1 << 16);
        Assert.Equal(graph.WeightBytes, written.Value);
    }

    [Fact]
    public void A_small_graph_has_no_data_file_and_replaces_one_that_had()
    {
        File.WriteAllText(_folder.File("detect.onnx.data"), "of an earlier import");
        using RandomTensors weights = Head(8);

        OnnxFile.Write(DetectionHeadGraph.Open(weights).Build(VisionPrecision.F32), _folder.File("detect.onnx"), null, Cancellation);

        Assert.False(File.Exists(_folder.File("detect.onnx.data")));
    }

    [Theory]
    [InlineData(VisionPrecision.F32, 2e-6)]
    [InlineData(VisionPrecision.F16, 2e-3)]
    public async Task External_weights_are_the_checkpoints(VisionPrecision precision, double tolerance)
    {
        using RandomTensors weights = LargeHead();
        OnnxFile.Write(DetectionHeadGraph.Open(weights).Build(precision), _folder.File("detect.onnx"), null, Cancellation);
        using DetectionHead head = DetectionHead.Open(_folder.File("detect.onnx"), VisionDevice.Choose(DeviceOption.Cpu), 1);
        float[] hidden = RandomTensors.Numbers(9, 2 * Hidden);

        float[] logits = await head.RunAsync(hidden, Cancellation);

        const string P = "model.cls_head.0.";
        double[][] x = [.. hidden.Chunk(Hidden).Select(row => row.Select(value => (double)value).ToArray())];
        double[][] inner = ReferenceMath.Relu(ReferenceMath.Linear(x, weights[P + "0.weight"], weights[P + "0.bias"]));
        double[][] expected = ReferenceMath.Linear(inner, weights[P + "3.weight"], weights[P + "3.bias"]);
        Closeness.AssertRelative("class_logits", ReferenceMath.Flatten(expected), logits, tolerance);
    }

    [Fact]
    public void A_weight_beyond_half_precision_is_refused_by_name()
    {
        using RandomTensors weights = Head(8);
        weights.Set("model.cls_head.0.0.weight", 3, 70000);
        OnnxGraph graph = DetectionHeadGraph.Open(weights).Build(VisionPrecision.F16);

        CheckpointException error = Assert.Throws<CheckpointException>(() => OnnxFile.Write(graph, _folder.File("a.onnx"), null, Cancellation));

        Assert.Contains("model.cls_head.0.0.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_write_stops()
    {
        using RandomTensors weights = LargeHead();
        OnnxGraph graph = DetectionHeadGraph.Open(weights).Build(VisionPrecision.F32);

        Assert.Throws<OperationCanceledException>(() => OnnxFile.Write(graph, _folder.File("a.onnx"), null, new CancellationToken(canceled: true)));
    }

    public void Dispose() => _folder.Dispose();

    private static RandomTensors LargeHead() => Head(Hidden);

    private static RandomTensors Head(int hidden)
    {
        var weights = new RandomTensors(3);
        weights.Add("model.cls_head.0.0.weight", hidden / 2, hidden);
        weights.Add("model.cls_head.0.0.bias", hidden / 2);
        weights.Add("model.cls_head.0.3.weight", 3, hidden / 2);
        weights.Add("model.cls_head.0.3.bias", 3);
        return weights;
    }

    private sealed class Total : IProgress<long>
    {
        public long Value { get; private set; }

        public void Report(long value) => Value += value;
    }
}
