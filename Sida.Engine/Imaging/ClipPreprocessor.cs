namespace Sida.Engine.Imaging;

/// <summary>
/// Pixels for a CLIP image tower: the shorter side scaled (as Pillow), the middle cut out (black where the picture ends), normalised.
/// Source: transformers 4.31, models/clip/image_processing_clip.py and image_transforms.py.
/// </summary>
internal sealed class ClipPreprocessor
{
    private readonly ClipPreprocessorSettings _settings;
    private readonly PixelNormalizer _normalizer;

    /// <summary>Prepares for one model.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public ClipPreprocessor(ClipPreprocessorSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.CropSize, 1, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ShortestSide, 1, nameof(settings));
        _settings = settings;
        _normalizer = new PixelNormalizer(settings.RescaleFactor, settings.ImageMean, settings.ImageStd);
    }

    /// <summary>The size of the whole picture once scaled: the longer side is floor(ShortestSide * long / short).</summary>
    public (int Width, int Height) ResizedSize(int width, int height)
    {
        int shortest = _settings.ShortestSide;
        return width <= height
            ? (shortest, (int)((long)shortest * height / width))
            : ((int)((long)shortest * width / height), shortest);
    }

    /// <summary>The square that the tower sees, before normalisation.</summary>
    public RgbImage Crop(RgbImage image)
    {
        image = image.Height == 3 ? AsChannelsFirst(image) : image;
        (int width, int height) = ResizedSize(image.Width, image.Height);
        int crop = _settings.CropSize;
        int seenWidth = Math.Min(width, crop);
        int seenHeight = Math.Min(height, crop);
        PixelRectangle middle = new(CropStart(width, seenWidth), CropStart(height, seenHeight), seenWidth, seenHeight);
        RgbImage seen = PillowResize.Resize(image, width, height, _settings.Resample, middle);
        return seenWidth == crop && seenHeight == crop ? seen : OnBlack(seen, crop);

        static int CropStart(int whole, int part) => (whole - part) / 2;
    }

    /// <summary>A crop that is larger than the picture: the picture in the middle of a black square, the odd pixel above and to the left (transformers' center_crop).</summary>
    private static RgbImage OnBlack(RgbImage image, int side)
    {
        byte[] square = new byte[side * side * 3];
        int left = (side - image.Width + 1) / 2;
        int top = (side - image.Height + 1) / 2;
        int stride = image.Width * 3;
        for (int row = 0; row < image.Height; row++)
        {
            image.Pixels.AsSpan(row * stride, stride).CopyTo(square.AsSpan((((top + row) * side) + left) * 3));
        }

        return new RgbImage(side, side, square);
    }

    /// <summary>The tower's input.</summary>
    /// <returns>Shape (3, CropSize, CropSize).</returns>
    public float[] ToTensor(RgbImage image) => _normalizer.ToPlanes(Crop(image), _settings.CropSize, _settings.CropSize);

    /// <summary>
    /// A quirk kept for parity: transformers guesses the layout from the shape, and takes an array whose first dimension is 3 for
    /// channels-first. A picture of height 3 is therefore read as one of width 3 and height W whose rows are the picture's columns, whose
    /// columns are the picture's channels and whose channels are the picture's rows (infer_channel_dimension_format in image_utils.py).
    /// Height 1 is misread too, but the official program then fails on it (one channel, three means): such a picture is treated as any other.
    /// </summary>
    private static RgbImage AsChannelsFirst(RgbImage image)
    {
        byte[] turned = new byte[image.Pixels.Length];
        for (int row = 0; row < 3; row++)
        {
            for (int i = 0; i < image.Width * 3; i++)
            {
                turned[(i * 3) + row] = image.Pixels[(row * image.Width * 3) + i];
            }
        }

        return new RgbImage(3, image.Width, turned);
    }
}
