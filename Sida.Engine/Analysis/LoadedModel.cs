using Microsoft.Extensions.Logging;
using Sida.Engine.Imaging;
using Sida.Engine.Language;
using Sida.Engine.Language.Sampling;
using Sida.Engine.Language.Tokenization;
using Sida.Engine.Models;
using Sida.Engine.Vision;

namespace Sida.Engine.Analysis;

/// <summary>The networks of one package and what goes between them. Thread-safe.</summary>
internal sealed class LoadedModel : IAsyncDisposable
{
    private readonly AnalysisEngineOptions _options;
    private readonly VisionDevice _visionDevice;
    private readonly DetectionHead _detection;
    private readonly PictureTower _tower;
    private readonly EmbeddingCache _embeddings;
    private readonly SamPreprocessor _samPixels;
    private readonly Lazy<Task<Segmenter>> _segmenter;

    private LoadedModel(
        ModelPackage package, AnalysisEngineOptions options, VisionDevice visionDevice, LlamaTokenizer tokenizer, LanguageModel language, DetectionHead detection, VisionTower tower)
    {
        ModelManifest manifest = package.Manifest;
        Package = package;
        Language = language;
        Tokenizer = tokenizer;
        _options = options;
        _visionDevice = visionDevice;
        _embeddings = new EmbeddingCache(options.EmbeddingCacheBytes);
        _samPixels = new SamPreprocessor(PixelSettings.Of(manifest.Preprocessing.Sam));
        _detection = detection;
        _tower = new PictureTower(tower, new ClipPreprocessor(PixelSettings.Of(manifest.Preprocessing.Clip)), _embeddings);
        _segmenter = new Lazy<Task<Segmenter>>(() => Task.Run(OpenSegmenter));
        Interactive = new InteractiveSegmenter(_segmenter, Decode);
        Requests = new RequestEncoder(package, tokenizer, language.ContextPositions);
        DefaultSampling = new SamplingSettings
        {
            DoSample = manifest.Generation.DoSample,
            Temperature = manifest.Generation.Temperature,
            TopK = manifest.Generation.TopK,
            TopP = manifest.Generation.TopP,
        };
    }

    /// <summary>The package.</summary>
    public ModelPackage Package { get; }

    /// <summary>The language model.</summary>
    public LanguageModel Language { get; }

    /// <summary>The tokenizer.</summary>
    public LlamaTokenizer Tokenizer { get; }

    /// <summary>Questions as tokens.</summary>
    public RequestEncoder Requests { get; }

    /// <summary>The package's own sampling settings.</summary>
    public SamplingSettings DefaultSampling { get; }

    /// <summary>SAM for a person's clicks.</summary>
    public InteractiveSegmenter Interactive { get; }

    /// <summary>Where the networks run, in words.</summary>
    public string DeviceName => $"language model: {Language.Device}; vision: {_visionDevice.Name}";

    private int Threads => ThreadsOf(_options);

    private ModelManifest Manifest => Package.Manifest;

    /// <summary>Loads the networks; SAM only when the options say so.</summary>
    public static async Task<LoadedModel> LoadAsync(ModelPackage package, AnalysisEngineOptions options, ILogger logger, CancellationToken cancellation)
    {
        VisionDevice device = VisionDevice.Choose(options.Device);
        LlamaTokenizer tokenizer = package.LoadTokenizer();
        LanguageModelOptions languageOptions = new()
        {
            Device = options.Device,
            Threads = options.Threads,
            MaxConcurrent = options.MaxConcurrent,
            MaxQueued = options.MaxQueued,
            CachedSequences = options.CachedConversations,
            ContextPositions = options.KeyValuePositions,
        };
        using OpenedParts parts = new();
        LanguageModel language = parts.Keep(await LanguageModel.LoadAsync(package.FilePath(ModelPackage.LanguageFile), languageOptions, logger, cancellation));
        DetectionHead detection = parts.Keep(DetectionHead.Open(package.FilePath(ModelPackage.DetectFile), device, ThreadsOf(options)));
        VisionTower tower = parts.Keep(VisionTower.Open(package.FilePath(ModelPackage.VisionFile), device, ThreadsOf(options)));
        bool fits = tower.HiddenSize == language.HiddenSize && detection.HiddenSize == language.HiddenSize && tokenizer.Count <= language.VocabularySize
            && tower.ImageSize == package.Manifest.Preprocessing.Clip.CropSize && tower.Patches == package.Manifest.Architecture.ImageTokens;
        Require(fits, package);
        LoadedModel model = new(package, options, device, tokenizer, language, detection, tower);
        parts.Release();
        try
        {
            if (options.LoadSegmenterAtStart)
            {
                await model._segmenter.Value.WaitAsync(cancellation);
            }

            return model;
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    /// <summary>Decodes the upload within the limits.</summary>
    /// <exception cref="ImageException">It can't be read, is too large, or so narrow that nothing of it would be left for SAM.</exception>
    public DecodedImage Decode(ImageSource source, CancellationToken cancellation)
    {
        DecodedImage picture = source.Path is { } path
            ? ImageDecoder.DecodeFile(path, _options.ImageLimits, cancellation)
            : ImageDecoder.Decode(source.Bytes, _options.ImageLimits, cancellation);
        _samPixels.ContentSize(picture.Image.Width, picture.Image.Height);
        return picture;
    }

    /// <summary>The picture's rows (N, H) in the language model's input.</summary>
    public Task<float[]> SeeAsync(DecodedImage picture, ITensorSink? tensors, CancellationToken cancellation) => _tower.SeeAsync(picture, tensors, cancellation);

    /// <summary>The request to the language model: text, picture, text.</summary>
    public GenerationRequest Generation(AnalysisRequest request, int[] prompt, string pictureKey, float[] rows)
    {
        int image = Array.IndexOf(prompt, LlamaTokenizer.ImageToken);
        return new GenerationRequest
        {
            Prompt = [new TokenSegment(prompt[..image]), new EmbeddingSegment(rows, pictureKey), new TokenSegment(prompt[(image + 1)..])],
            MaxNewTokens = Requests.MostNewTokens(request),
            StopTokens = [.. Manifest.Generation.StopTokens],
            TokensOfInterest = [Requests.ClsToken, Requests.SegToken],
            Sampling = request.Sampling ?? DefaultSampling,
            ForcedAnswer = request.Answer is null ? null : Requests.EncodeAnswer(request.Answer),
        };
    }

    /// <summary>Class logits (3) of one [CLS].</summary>
    /// <exception cref="NativeRuntimeException">The run failed, or what came of it is no number.</exception>
    public async Task<float[]> DetectAsync(float[] hidden, CancellationToken cancellation)
    {
        float[] logits = await _detection.RunAsync(hidden, cancellation);
        return logits.All(float.IsFinite)
            ? logits
            : throw new NativeRuntimeException($"{Package.Folder}: the networks gave {string.Join(", ", logits)} where class logits were due. Import the checkpoint again, or try another device.");
    }

    /// <summary>Starts SAM's encoder on a picture, loading SAM first if this is the first tampered one.</summary>
    public Localization Locate(DecodedImage picture, ITensorSink? tensors, CancellationToken cancellation) =>
        new(_segmenter, picture, tensors, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Language.Dispose();
        _detection.Dispose();
        _tower.Dispose();
        if (_segmenter.IsValueCreated)
        {
            Task<Segmenter> opening = _segmenter.Value;
            await Task.WhenAny(opening);                           // who waited for it has heard why it couldn't be opened
            if (opening.IsCompletedSuccessfully)
            {
                (await opening).Dispose();
            }
        }
    }

    private static int ThreadsOf(AnalysisEngineOptions options) => options.Threads > 0 ? options.Threads : Environment.ProcessorCount;

    private Segmenter OpenSegmenter()
    {
        using OpenedParts parts = new();
        Fusion fusion = parts.Keep(Fusion.Open(Package.FilePath(ModelPackage.FuseFile), _visionDevice, Threads));
        SamEncoder encoder = parts.Keep(SamEncoder.Open(Package.FilePath(ModelPackage.SamEncoderFile), _visionDevice, Threads));
        SamDecoder decoder = parts.Keep(SamDecoder.Open(Package.FilePath(ModelPackage.SamDecoderFile), _visionDevice, Threads));
        Require(encoder.ImageSize == Manifest.Preprocessing.Sam.FrameSize && fusion.PromptWidth == encoder.EmbeddingWidth, Package);
        parts.Release();
        return new Segmenter(fusion, encoder, decoder, _samPixels, _embeddings);
    }

    private static void Require(bool fits, ModelPackage package)
    {
        if (!fits)
        {
            throw new PackageException($"{package.Folder}: its networks don't fit together, or not what {ModelManifest.FileName} says of them. Import the checkpoint again.");
        }
    }
}
