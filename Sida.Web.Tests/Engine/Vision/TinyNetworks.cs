using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Engine.Import;
using Sida.Engine.Import.Checkpoints;
using Sida.Engine.Import.Onnx;
using Sida.Engine.Import.Onnx.Parts;
using Sida.Engine.Vision;
using Sida.Web.Tests.Engine.Import;

namespace Sida.Web.Tests.Engine.Vision;

/// <summary>The golden checkpoint's vision networks, written once and loaded, in both precisions.</summary>
[CollectionDefinition(nameof(TinyNetworks))]
public sealed class TinyNetworks : IDisposable, ICollectionFixture<TinyNetworks>
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<(string Image, VisionPrecision Precision), float[]> _embeddings = [];
    private readonly Checkpoint _checkpoint;
    private readonly Checkpoint _clip;

    public TinyNetworks()
    {
        _checkpoint = Checkpoint.Open(Path.Combine(TestFixtures.Bundled, "sida-tiny"));
        _clip = Checkpoint.Open(Path.Combine(TestFixtures.Bundled, "clip-tiny"));
        SamEncoderGraph = SamImageEncoderGraph.Open(_checkpoint);
        Sets = new[] { VisionPrecision.F32, VisionPrecision.F16 }.ToDictionary(precision => precision, Load);
    }

    internal SamImageEncoderGraph SamEncoderGraph { get; }

    internal Dictionary<VisionPrecision, NetworkSet> Sets { get; }

    /// <summary>A decoded golden picture.</summary>
    internal static RgbImage Picture(string stem) => ImageDecoder.DecodeFile(TestFixtures.Find("images", stem + ".png")).Image;

    internal ClipTowerGraph OpenClip(int selectLayer) => ClipTowerGraph.Open(_clip, _checkpoint, new ClipSettings(Heads: 4, SelectLayer: selectLayer));

    internal void WriteDetectionHead(string path) =>
        OnnxFile.Write(DetectionHeadGraph.Open(_checkpoint).Build(VisionPrecision.F32), path, null, TestContext.Current.CancellationToken);

    /// <summary>Writes and loads a graph of the test's own.</summary>
    internal OnnxSession Load(OnnxGraph graph)
    {
        string path = _folder.File($"{graph.Name}.test.onnx");
        OnnxFile.Write(graph, path, null, TestContext.Current.CancellationToken);
        return OnnxSession.Open(path, VisionDevice.Choose(DeviceOption.Cpu), 2);
    }

    /// <summary>SAM's view of a picture; computed once for all tests.</summary>
    internal async Task<float[]> EmbeddingAsync(string stem, VisionPrecision precision, CancellationToken cancellation)
    {
        if (!_embeddings.TryGetValue((stem, precision), out float[]? embedding))
        {
            float[] pixels = new SamPreprocessor(new SamPreprocessorSettings()).ToTensor(Picture(stem));
            embedding = await Sets[precision].SamEncoder.RunAsync(pixels, cancellation);
            _embeddings[(stem, precision)] = embedding;
        }

        return embedding;
    }

    public void Dispose()
    {
        foreach (NetworkSet set in Sets.Values)
        {
            set.Dispose();
        }

        _checkpoint.Dispose();
        _clip.Dispose();
        _folder.Dispose();
    }

    private NetworkSet Load(VisionPrecision precision)
    {
        string folder = Directory.CreateDirectory(_folder.File(precision.ToString())).FullName;
        OnnxGraph[] graphs =
        [
            OpenClip(selectLayer: -2).Build(precision), DetectionHeadGraph.Open(_checkpoint).Build(precision), FusionGraph.Open(_checkpoint).Build(precision),
            SamEncoderGraph.Build(precision), SamMaskDecoderGraph.Open(_checkpoint, SamEncoderGraph).Build(precision),
        ];
        foreach (OnnxGraph graph in graphs)
        {
            OnnxFile.Write(graph, Path.Combine(folder, graph.Name + ".onnx"), null, CancellationToken.None);
        }

        VisionDevice cpu = VisionDevice.Choose(DeviceOption.Cpu);
        return new NetworkSet(
            VisionTower.Open(Path.Combine(folder, "vision.onnx"), cpu, 2),
            DetectionHead.Open(Path.Combine(folder, "detect.onnx"), cpu, 1),
            Fusion.Open(Path.Combine(folder, "fuse.onnx"), cpu, 1),
            SamEncoder.Open(Path.Combine(folder, "sam-encoder.onnx"), cpu, 2),
            SamDecoder.Open(Path.Combine(folder, "sam-decoder.onnx"), cpu, 2));
    }
}

/// <summary>All vision networks of one package.</summary>
internal sealed record NetworkSet(VisionTower Tower, DetectionHead Detection, Fusion Fusion, SamEncoder SamEncoder, SamDecoder SamDecoder) : IDisposable
{
    public void Dispose()
    {
        Tower.Dispose();
        Detection.Dispose();
        Fusion.Dispose();
        SamEncoder.Dispose();
        SamDecoder.Dispose();
    }
}
