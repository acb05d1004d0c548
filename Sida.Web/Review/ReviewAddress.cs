namespace Sida.Web.Review;

/// <summary>Addresses of pages and files of a review.</summary>
public static class ReviewAddress
{
    public static string Project(Guid project) => $"/review/{project}";

    public static string Item(Guid project, Guid item) => $"/review/{project}/items/{item}";

    public static string Comment(Guid project, Guid item, Guid comment) => $"/review/{project}/items/{item}?comment={comment}";

    public static string Picture(Guid item) => $"/api/review/items/{item}/picture";

    public static string Thumbnail(Guid item) => $"/api/review/items/{item}/picture?longest=320";
}
