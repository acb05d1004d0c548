using Microsoft.Extensions.Logging;
using Sida.Engine.Imaging;
using Sida.Engine.Language;
using Sida.Engine.Language.Prompts;
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
    private readonly ConversationTemplate _template;
    private readonly PromptEncoder _prompts;
    private readonly DetectionHead _detection;
    private readonly PictureTower _tower;
    private readonly EmbeddingCache _embeddings;
    private readonly Lazy<Task<Segmenter>> _segmenter;

    private LoadedModel(ModelPackage package, AnalysisEngineOptions options, VisionDevice visionDevice, LanguageModel language, LlamaTokenizer tokenizer)
    {
        ModelManifest manifest = package.Manifest;
        Package = package;
        Language = language;
        Tokenizer = tokenizer;
        _options = options;
        _visionDevice = visionDevice;
        _template = ConversationTemplate.Get(manifest.Conversation);
        _prompts = new PromptEncoder(tokenizer);
        _embeddings = new EmbeddingCache(options.EmbeddingCacheBytes);
        _detection = DetectionHead.Open(package.FilePath(ModelPackage.DetectFile), visionDevice, Threads);
        _tower = new PictureTower(
            VisionTower.Open(package.FilePath(ModelPackage.VisionFile), visionDevice, Threads),
            new ClipPreprocessor(PixelSettings.Of(manifest.Preprocessing.Clip)),
            _embeddings);
        _segmenter = new Lazy<Task<Segmenter>>(() => Task.Run(OpenSegmenter));
        Interactive = new InteractiveSegmenter(_segmenter, Decode);
        ClsToken = RequireToken("[CLS]");
        SegToken = RequireToken("[SEG]");
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

    /// <summary>Id of [CLS].</summary>
    public int ClsToken { get; }

    /// <summary>Id of [SEG].</summary>
    public int SegToken { get; }

    /// <summary>The package's own sampling settings.</summary>
    public SamplingSettings DefaultSampling { get; }

    /// <summary>SAM for a person's clicks.</summary>
    public InteractiveSegmenter Interactive { get; }

    /// <summary>Where the networks run, in words.</summary>
    public string DeviceName => $"language model: {Language.Device}; vision: {_visionDevice.Name}";

    private int Threads => _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount;

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
        LanguageModel language = await LanguageModel.LoadAsync(package.FilePath(ModelPackage.LanguageFile), languageOptions, logger, cancellation);
        try
        {
            LoadedModel model = new(package, options, device, language, tokenizer);
            model.CheckWidths();
            if (options.LoadSegmenterAtStart)
            {
                await model._segmenter.Value.WaitAsync(cancellation);
            }

            return model;
        }
        catch
        {
            language.Dispose();
            throw;
        }
    }

    /// <summary>Decodes the upload within the limits.</summary>
    public DecodedImage Decode(ImageSource source, CancellationToken cancellation) => source.Path is { } path
        ? ImageDecoder.DecodeFile(path, _options.ImageLimits, cancellation)
        : ImageDecoder.Decode(source.Bytes, _options.ImageLimits, cancellation);

    /// <summary>Token ids of the whole prompt, -200 where the picture goes.</summary>
    /// <exception cref="RequestException">The prompt is too long, or a trusted prompt names the picture a second time.</exception>
    public int[] Encode(AnalysisRequest request)
    {
        Prompt prompt = _template.Render(request.Prompt, request.History);
        int[] tokens = _prompts.Encode(request.TrustPrompt ? Prompt.Trusted(prompt.Text) : prompt);
        return tokens.Count(token => token == LlamaTokenizer.ImageToken) == 1
            ? tokens
            : throw new RequestException("The prompt writes <image> a second time, which the official program can't answer either. Take it out.");
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
            MaxNewTokens = request.MaxNewTokens ?? Manifest.Generation.MaxNewTokens,
            StopTokens = [.. Manifest.Generation.StopTokens],
            TokensOfInterest = [ClsToken, SegToken],
            Sampling = request.Sampling ?? DefaultSampling,
            ForcedAnswer = request.Answer is null ? null : _prompts.EncodeAnswer(request.Answer),
        };
    }

    /// <summary>
    /// The first position of the sequence that belongs to the question being asked. A [CLS] or [SEG] of an earlier turn was judged
    /// then; the official program, which has no turns, leaves this open.
    /// </summary>
    public int FirstPositionOfQuestion(AnalysisRequest request, int[] prompt) => request.History.Count == 0
        ? 0
        : Array.LastIndexOf(prompt, Tokenizer.EosId) + 1 + Manifest.Architecture.ImageTokens - 1;

    /// <summary>Class logits (3) of one [CLS].</summary>
    public Task<float[]> DetectAsync(float[] hidden, CancellationToken cancellation) => _detection.RunAsync(hidden, cancellation);

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
            (await _segmenter.Value).Dispose();
        }
    }

    private Segmenter OpenSegmenter() => new(
        Fusion.Open(Package.FilePath(ModelPackage.FuseFile), _visionDevice, Threads),
        SamEncoder.Open(Package.FilePath(ModelPackage.SamEncoderFile), _visionDevice, Threads),
        SamDecoder.Open(Package.FilePath(ModelPackage.SamDecoderFile), _visionDevice, Threads),
        new SamPreprocessor(PixelSettings.Of(Manifest.Preprocessing.Sam)),
        _embeddings);

    private int RequireToken(string text) => Tokenizer.FindId(text)
        ?? throw new PackageException($"{Package.Folder}: the tokenizer lacks {text}. Import the checkpoint again.");

    private void CheckWidths()
    {
        if (_tower.HiddenSize != Language.HiddenSize || _detection.HiddenSize != Language.HiddenSize || Tokenizer.Count > Language.VocabularySize)
        {
            throw new PackageException($"{Package.Folder}: its networks don't fit together. Import the checkpoint again.");
        }
    }
}
