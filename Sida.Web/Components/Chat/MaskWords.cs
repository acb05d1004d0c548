using System.Globalization;
using Sida.Engine.Imaging;
using Sida.Web.Work;

namespace Sida.Web.Components.Chat;

/// <summary>How large a mask is and where, as people say it.</summary>
internal static class MaskWords
{
    /// <summary>Such as "4.6 % of the picture, lower right".</summary>
    public static string Of(MaskView mask)
    {
        string share = mask.Share is > 0 and < 0.001 ? "less than 0.1" : (mask.Share * 100).ToString("0.0", CultureInfo.CurrentCulture);
        return mask.Place is { } place ? $"{share} % of the picture, {place.InWords()}" : $"{share} % of the picture";
    }
}
